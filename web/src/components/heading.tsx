import { here } from '../router.ts'

/** The page that was opened first leaves the focus where the browser put it. */
const takeFocus = (heading: HTMLElement | null) => {
  if (here().step) heading?.focus({ preventScroll: true })
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
