// What of mix.js the seeded history reads; k6 wants the file itself to be plain JavaScript.
export const journeyShares: Readonly<Record<string, number>>
export const countryWeights: Readonly<Record<string, number>>
