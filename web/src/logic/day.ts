/** A moment as its day: "21 November 2026", where the shopper is. */
export const toDay = (at: string): string => new Date(at).toLocaleDateString('en-GB', { dateStyle: 'long' })
