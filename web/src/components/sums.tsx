import { toPrice } from '../logic/money.ts'

interface SumsProps {
  itemsCents: number
  discountCents: number
  /** Undefined while nobody has said it. */
  shippingCents: number | undefined
  totalCents: number | undefined
  isFlat: boolean
}

/** How a total comes about. */
export const Sums = ({ itemsCents, discountCents, shippingCents, totalCents, isFlat }: SumsProps) => (
  <dl>
    <Sum words="Items" cents={itemsCents} />
    {discountCents > 0 && <Sum words="Discount" cents={-discountCents} />}
    <Sum words={isFlat ? 'Shipping (flat rate)' : 'Shipping'} cents={shippingCents} />
    <Sum words="Total" cents={totalCents} />
  </dl>
)

const Sum = ({ words, cents }: { words: string; cents: number | undefined }) => (
  <div>
    <dt>{words}</dt>
    <dd>{cents === undefined ? '…' : toPrice(cents)}</dd>
  </div>
)
