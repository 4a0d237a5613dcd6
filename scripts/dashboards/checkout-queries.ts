// What the checkout dashboard asks for, in every panel the same.
export const checkout = 'cuj_name="checkout"'
/** The events themselves: one span for each checkout. */
export const events = `span_name="cuj.checkout", ${checkout}`
export const perSecond = (metric: string, labels: string): string => `rate(${metric}{${labels}}[$__rate_interval])`
export const checkoutsASecond = `sum(${perSecond('techmart_calls_total', events)})`
