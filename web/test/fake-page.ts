// As much of a document as Preact draws into, and as a shopper meets: elements with text, names and handlers, forms that are
// filled in and reset, one thing that has the focus. No layout, no styles, no bubbling.

interface FakeEvent {
  readonly type: string
  readonly currentTarget: FakeElement
  preventDefault(): void
}

type Handler = (this: FakeElement, event: FakeEvent) => unknown

abstract class FakeNode {
  readonly nodeType: number = 3
  parentNode: FakeElement | null = null
  abstract textContent: string

  get nextSibling(): FakeNode | null {
    const siblings = this.parentNode?.childNodes ?? []
    return siblings[siblings.indexOf(this) + 1] ?? null
  }

  remove(): void {
    const siblings = this.parentNode?.childNodes ?? []
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1)
    this.parentNode = null
  }
}

class FakeText extends FakeNode {
  data: string
  constructor(data: unknown) {
    super()
    this.data = String(data)
  }
  get textContent(): string {
    return this.data
  }
}

export class FakeElement extends FakeNode {
  override readonly nodeType = 1
  readonly localName: string
  readonly childNodes: FakeNode[] = []
  readonly dataset: Record<string, string> = {}
  readonly style = { setProperty() {} }
  readonly attributes = new Map<string, string>()
  readonly #handlers = new Map<string, Handler>()
  readonly #page: FakePage
  #typed: string | undefined
  #defaultValue = ''

  constructor(localName: string, page: FakePage) {
    super()
    this.localName = localName
    this.#page = page
  }

  get firstChild(): FakeNode | null {
    return this.childNodes[0] ?? null
  }
  get lastChild(): FakeNode | null {
    return this.childNodes.at(-1) ?? null
  }
  insertBefore(node: FakeNode, before: FakeNode | null): void {
    node.remove()
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, node)
    node.parentNode = this
  }

  get textContent(): string {
    return this.childNodes.map(node => node.textContent).join('')
  }
  set textContent(text: string) {
    for (const node of [...this.childNodes]) node.remove()
    this.insertBefore(new FakeText(text), null)
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value))
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name)
  }
  /** As a screen reader says it. */
  get label(): string {
    return (this.attributes.get('aria-label') ?? this.textContent).trim()
  }
  get href(): string {
    return this.attributes.get('href') ?? ''
  }

  /** What was typed, else what stood there from the start: the first survives a change of the second, but no reset. */
  get value(): string {
    return this.#typed ?? this.#defaultValue
  }
  set value(text: string) {
    this.#typed = text
  }
  get defaultValue(): string {
    return this.#defaultValue
  }
  set defaultValue(text: string) {
    this.#defaultValue = text
  }
  reset(): void {
    for (const field of this.all('input')) field.#typed = undefined
  }

  addEventListener(type: string, handler: Handler): void {
    this.#handlers.set(type, handler)
  }
  removeEventListener(type: string): void {
    this.#handlers.delete(type)
  }
  dispatch(type: string): void {
    this.#handlers.get(type)?.call(this, { type, currentTarget: this, preventDefault() {} })
  }

  focus(): void {
    this.#page.activeElement = this
  }

  /** Below this one, in their order. */
  all(localName: string): FakeElement[] {
    const elements = this.childNodes.filter(node => node instanceof FakeElement)
    return elements.flatMap(one => [...(one.localName === localName ? [one] : []), ...one.all(localName)])
  }
}

/** The document. What index.html has is made when it is looked for. */
export class FakePage extends EventTarget {
  title = ''
  readonly hidden = false
  activeElement: FakeElement | undefined
  readonly body = new FakeElement('body', this)
  readonly #parts = new Map<string, FakeElement>()

  getElementById(id: string): FakeElement {
    const known = this.#parts.get(id)
    if (known) return known
    const part = Object.assign(new FakeElement('div', this), { form: {} })
    // The header writes how full the cart is into the last part of its link.
    if (id === 'cart') part.insertBefore(new FakeElement('span', this), null)
    this.#parts.set(id, part)
    return part
  }
  querySelector(): null {
    return null
  }
  querySelectorAll(): [] {
    return []
  }
  createElementNS(_namespace: string, localName: string): FakeElement {
    return new FakeElement(localName, this)
  }
  createTextNode(text: unknown): FakeText {
    return new FakeText(text)
  }
}

export class FakeFormData extends Map<string, string> {
  constructor(form: FakeElement) {
    super(form.all('input').map(field => [field.attributes.get('name') ?? '', field.value]))
  }
}
