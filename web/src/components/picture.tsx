import sprite from '../../pictures/products.svg'
import { coloursOf, groundOf, type Pictured, symbolOf } from '../logic/picture.ts'

/** A drawing is an ornament: the name stands beside it. */
export const Drawing = ({ id, class: name }: { id: string; class: string }) => (
  <svg class={name} viewBox="0 0 100 100" aria-hidden="true">
    <use href={`${sprite}#${id}`} />
  </svg>
)

export const Picture = ({ of }: { of: Pictured }) => (
  <span class={groundOf(of.category)}>
    <Drawing id={symbolOf(of)} class={coloursOf(of.name)} />
  </span>
)
