import { toWords } from '../api/words.ts'
import type { Loaded } from '../load.ts'
import { Heading } from './heading.tsx'

interface TroubleProps {
  /** What went wrong, and how it is tried again, where that is more than doing it once more. */
  of: Partial<Loaded<unknown>>
}

/** Says nothing where nothing went wrong. */
export const Trouble = ({ of: { error, again } }: TroubleProps) =>
  error ? (
    <div class="note bad" role="alert">
      <p>{toWords(error)}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  ) : null

/** A page that is nothing without what could not be loaded; the place of it, as long as it may come. */
export const Failed = ({ of }: TroubleProps) =>
  of.error ? (
    <>
      <Heading text="This page cannot be shown" />
      <Trouble of={of} />
    </>
  ) : (
    <div class="place" aria-busy="true" />
  )
