// What docs/telemetry.md, the register of all that we emit, says of a metric.

/** Names before the words "(histogram": each is three kinds of series, …_bucket, …_sum and …_count. */
export const findHistograms = (register: string): readonly string[] =>
  [...register.matchAll(/((?:`[a-z0-9_]+`(?:, )?)+) \(histogram/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  )
