const firstMs = 500
const longestMs = 5_000
const maxLooks = 60

/** When to look again at something that is still going on, after so many looks: ever more slowly, and never for ever (0). */
export const nextLookMs = (looks: number): number =>
  looks < maxLooks ? Math.min(firstMs * 1.2 ** looks, longestMs) : 0
