// What <p>…</p> becomes: h('p', …). The automatic runtime would name `children` in every element, and cost a hundredth of the bytes.
export { Fragment, h } from 'preact'
