const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

/** US cents as a shopper reads them: 129900 is "$1,299.00". */
export const toPrice = (cents: number): string => dollars.format(cents / 100)
