import type { ApiError } from '../api/api-error.ts'
import { setQuantity } from '../logic/cart.ts'
import { cart } from '../shopper.ts'

/** Where fewer pieces of something are left than wanted: the way to take those. */
export function Remedy({ error, done }: { error: unknown; done: () => void }) {
  const { field, allowed } = (error as ApiError).said ?? {}
  const line = cart.get()[Number(field?.match(/^body\.items\.(\d+)\.quantity/)?.[1])]
  const left = Number(allowed?.[0])
  return line && left < line.quantity ? (
    <button
      type="button"
      onClick={() => {
        cart.set(setQuantity(cart.get(), line.id, left))
        done()
      }}
    >
      {left ? `Take ${left} of` : 'Go without'} {line.name}
    </button>
  ) : null
}
