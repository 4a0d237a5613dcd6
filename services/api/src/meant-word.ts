// Which word was meant by a mistyped one: counted in slips of the finger (a letter too many, too few, wrong, or two swapped).

/** Of the words that look like the typed one, the one that is meant; the earlier of two that are as near. */
export function pickMeantWord(typed: string, likeWords: readonly string[]): string | undefined {
  const within = (slips: number) => likeWords.find(word => countSlips(typed, word) <= slips)
  const unfinished = likeWords.find(word => word.startsWith(typed))
  // Two slips in a short word make it any other.
  return within(0) ?? within(1) ?? unfinished ?? (typed.length < 6 ? undefined : within(2))
}

/** Optimal string alignment distance: inserted, left out, replaced, and neighbours swapped, one each. */
export function countSlips(one: string, other: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const wrong = one[i - 1] === other[j - 1] ? 0 : 1
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + wrong)
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      if (swapped) slips = Math.min(slips, (beforeLast[j - 2] ?? 0) + 1)
      row.push(slips)
    }
    beforeLast = last
    last = row
  }
  return last[other.length] ?? 0
}
