import type { ComponentChildren } from 'preact'
import { toPrice } from '../logic/money.ts'
import type { Pictured } from '../logic/picture.ts'
import { toProduct } from '../paths.ts'
import { Picture } from './picture.tsx'

interface Line extends Pictured {
  readonly quantity: number
  readonly priceCents: number
}

interface LineListProps<L extends Line> {
  lines: readonly L[]
  /** What a page has to say of a line; how many of it for how much, where it says nothing. */
  children?: (line: L) => ComponentChildren
}

/** Products with their pictures, one below the other. */
export const LineList = <L extends Line>({ lines, children = toAmount }: LineListProps<L>) => (
  <ul class="lines" aria-label="Items">
    {lines.map(line => (
      <li key={line.id}>
        <Picture of={line} />
        <div>
          <a href={toProduct(line.id)}>{line.name}</a>
          {children(line)}
        </div>
      </li>
    ))}
  </ul>
)

const toAmount = ({ quantity, priceCents }: Line) => (
  <p class="amount">
    {quantity} × {toPrice(priceCents)} <b>{toPrice(priceCents * quantity)}</b>
  </p>
)
