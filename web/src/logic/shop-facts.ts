// What of the contracts has to be there as a value. A test holds these lists to theirs.
import type { Category } from '@techmart/contracts/catalogue'
import type { Country } from '@techmart/contracts/shop'

export const categories: readonly Category[] = [
  'Lighting',
  'Kitchen',
  'Audio',
  'Desk & Office',
  'Outdoor',
  'Bags & Travel',
  'Home Textiles',
  'Garden',
]

export const countries: readonly Country[] = ['US', 'GB', 'DE', 'FR', 'JP', 'BR', 'IN']

const regions = new Intl.DisplayNames('en', { type: 'region' })
export const nameOf = (country: Country): string => regions.of(country) as string
