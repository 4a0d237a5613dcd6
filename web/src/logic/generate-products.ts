// Products that nobody has thought of: for an upload of any size. The same run and number give the same product.
import type { UploadRow } from '@techmart/contracts/upload-routes'
import { categories } from './shop-facts.ts'

const kinds = ['Solid', 'Quiet', 'Plain', 'Slow', 'Bright', 'Round', 'Light', 'Long', 'Warm', 'Fair']
const things = ['Lamp', 'Bowl', 'Radio', 'Tray', 'Flask', 'Pouch', 'Blanket', 'Trowel', 'Stool', 'Clock', 'Rack']

/** `run` becomes part of each SKU: a second upload of the same run changes the products of the first. */
export const generateProducts = (count: number, run: string): UploadRow[] =>
  Array.from({ length: count }, (_, n) => ({
    sku: `${run}-${n + 1}`,
    name: `${kinds[n % kinds.length]} ${things[n % things.length]} No. ${n + 1}`,
    description: `Made for trying out: number ${n + 1} of ${count}.`,
    category: categories[n % categories.length] as UploadRow['category'],
    priceCents: 500 + ((n * 137) % 9_500),
  }))
