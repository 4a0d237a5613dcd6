// Which drawing shows a product. The catalogue that the shop opened with has one a model, in the colour of the variant; what
// came later is shown by its category.
import type { catalogueSize } from '@techmart/contracts/catalogue'

export interface Pictured {
  readonly id: number
  readonly name: string
  readonly category?: string
}

const drawn: typeof catalogueSize = 240

const toId = (words: string) =>
  words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** The id of a symbol in pictures/products.svg. */
export const symbolOf = ({ id, name, category = 'parcel' }: Pictured): string =>
  toId(id > drawn ? category : modelOf(name))

/** "Halden Desk Lamp, matt black": the model, and the variant of it. */
export const modelOf = (name: string): string => name.split(', ')[0] as string
export const variantOf = (name: string): string => name.split(', ').slice(1).join(', ')

/** Class names that colour a drawing: `v-matt v-black`. */
export const coloursOf = (name: string): string =>
  variantOf(name)
    .toLowerCase()
    .replace(/[^a-z]*([a-z]+)[^a-z]*/g, 'v-$1 ')

/** A class for the ground that products of a category stand on. */
export const groundOf = (category = ''): string => `ground g-${toId(category)}`
