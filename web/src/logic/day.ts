/** A moment as its day: "21 November 2026", where the shopper is. */
export const toDay = (at: string): string => new Date(at).toLocaleDateString('en-GB', { dateStyle: 'long' })

/** And as its time of day: "14:05:09". */
export const toTime = (at: string): string => new Date(at).toLocaleTimeString('en-GB')
