import { isLasting, isMissing, toWords } from '../api/words.ts'
import type { Loaded } from '../load.ts'
import { Empty } from './empty.tsx'
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
      {again && !isLasting(error) && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  ) : null

interface FailedProps extends TroubleProps {
  /** What the page is of. */
  what: string
}

/** A page that is nothing without what could not be loaded; the place of it, as long as it may come. */
export const Failed = ({ of, what }: FailedProps) =>
  isMissing(of.error) ? (
    <Empty
      heading={`There is no such ${what}`}
      words="It may have been removed, or the address has a slip of the pen."
    />
  ) : of.error ? (
    <>
      <Heading text="This page cannot be shown" />
      <Trouble of={of} />
    </>
  ) : (
    <div class="place" aria-busy="true" />
  )
