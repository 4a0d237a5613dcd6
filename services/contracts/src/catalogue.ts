// The seeded catalogue as the services have to know it in common: api owns the products themselves, inventory the stock of
// the same ids, and traffic picks among them. Ids run from 1 to `catalogueSize` without a gap.
export const catalogueSize = 240

export const categories = [
  'Lighting',
  'Kitchen',
  'Audio',
  'Desk & Office',
  'Outdoor',
  'Bags & Travel',
  'Home Textiles',
  'Garden',
] as const
export type Category = (typeof categories)[number]
