// Ids by the W3C trace context (https://www.w3.org/TR/trace-context/): random, and told to nobody but this shop.

/** Two hex digits a byte: sixteen bytes for a trace, eight for a span. */
export const newId = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), byte => byte.toString(16).padStart(2, '0')).join('')

export const toTraceparent = (traceId: string, spanId: string, isSampled: boolean): string =>
  `00-${traceId}-${spanId}-0${+isSampled}`
