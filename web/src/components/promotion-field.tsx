import type { Promotion, PromotionState } from '@techmart/contracts/promotion-routes'
import { isMissing, toWords } from '../api/words.ts'
import { toPrice } from '../logic/money.ts'

interface PromotionFieldProps {
  code: string
  /** What the shop says of the code. */
  found: Promotion | null | undefined
  /** Why it says nothing, or refuses it. */
  error: unknown
  /** With the same code again: looks once more, if it could not be looked up. */
  apply: (code: string) => void
}

const why: Readonly<Partial<Record<PromotionState, string>>> = {
  not_started: 'This code does not count yet.',
  expired: 'This code is over.',
  used_up: 'This code is used up.',
}

export function PromotionField({ code, found, error, apply }: PromotionFieldProps) {
  const wrong = error ? toError(error) : found && why[found.state]
  const taken = found && `${found.percent ? `${found.percent}%` : toPrice(found.cents ?? 0)} off`

  return (
    <>
      <label>
        Promotion code
        <span class="joined">
          <input
            name="code"
            maxLength={24}
            autocomplete="off"
            defaultValue={code}
            onChange={event => apply(event.currentTarget.value)}
            onKeyDown={event => {
              // Enter would pay.
              if (event.key !== 'Enter') return
              event.preventDefault()
              apply(event.currentTarget.value)
            }}
            aria-label="Promotion code"
            aria-invalid={!!wrong}
            aria-describedby="code-words"
          />
          {/* Whoever presses it has left the field, and that has applied the code. */}
          <button type="button" onClick={() => apply(code)}>
            Apply
          </button>
        </span>
      </label>
      <p id="code-words" role="status" class={wrong ? 'bad' : 'good'}>
        {wrong || taken}
      </p>
    </>
  )
}

const toError = (error: unknown): string =>
  isMissing(error) ? 'There is no such code, or it does not count.' : toWords(error)
