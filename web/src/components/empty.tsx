import { toHome } from '../paths.ts'
import { Heading } from './heading.tsx'

/** A page on which there is nothing: says why, and leads to what there is. */
export const Empty = ({ heading, words }: { heading: string; words: string }) => (
  <div class="empty">
    <Heading text={heading} />
    <p>{words}</p>
    <a class="button main" href={toHome()}>
      To all products
    </a>
  </div>
)
