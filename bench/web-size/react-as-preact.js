// What the store takes from preact, made of React; the JSX runtime is React's own.
import { createRoot } from 'react-dom/client'

const roots = new WeakMap()

export function render(node, element) {
  if (!roots.has(element)) roots.set(element, createRoot(element))
  roots.get(element).render(node)
}
