// What the store takes from preact, made of React.
import { createRoot } from 'react-dom/client'

export { createElement as h, Fragment } from 'react'

const roots = new WeakMap()

export function render(node, element) {
  if (!roots.has(element)) roots.set(element, createRoot(element))
  roots.get(element).render(node)
}
