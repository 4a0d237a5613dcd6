import { here } from '../router.ts'

/** The step whose page has had the focus. The one that was opened first leaves it where the browser put it. */
let focused = 0

const takeFocus = (heading: HTMLElement | null) => {
  const { step } = here()
  if (!heading || step === focused) return
  focused = step
  heading.focus({ preventScroll: true })
}

/** The one heading of a page: names the document, and takes the focus when the shopper has come here by a link. */
export function Heading({ text }: { text: string }) {
  document.title = `${text} · TechMart`
  return (
    <h1 ref={takeFocus} tabIndex={-1}>
      {text}
    </h1>
  )
}
