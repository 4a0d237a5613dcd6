// A large catalogue with words as they are in a shop: some in every tenth product, some in twenty only. The same from run to run.
import type { Product } from '@techmart/contracts/product-routes'
import { readSeededCatalogue } from '../../services/api/src/catalogue.ts'

const seeded = readSeededCatalogue()
const syllables = [
  'bar',
  'den',
  'fol',
  'gri',
  'hal',
  'jor',
  'kel',
  'lun',
  'mor',
  'nes',
  'pol',
  'quin',
  'ras',
  'sol',
  'tor',
  'vik',
  'wen',
]

/** 4,913 makers: each has some twenty products. */
const makers = syllables.flatMap(one => syllables.flatMap(two => syllables.map(three => one + two + three)))
const makerOf = (n: number): string => makers[(n * 7) % makers.length] ?? ''

export const makeProducts = (from: number, count: number): Product[] =>
  Array.from({ length: count }, (_, n) => {
    const id = from + n
    const like = seeded[(id * 13) % seeded.length] as Product
    return { ...like, id, name: `${makerOf(id)} ${like.name}`, priceCents: like.priceCents + (id % 100) }
  })

const words = [...new Set(seeded.flatMap(({ name }) => name.toLowerCase().match(/[a-z]{4,}/g) ?? []))]
const wordOf = (n: number): string => words[(n * 11) % words.length] ?? ''

/** Of ten searches four are for one word, three for a maker's things, two in a category, and one is mistyped. */
export function pickQuery(n: number): Record<string, string> {
  const word = wordOf(n)
  switch (n % 10) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { q: word }
    case 4:
    case 5:
      return { q: makerOf(n) }
    case 6:
      return { q: `${makerOf(n)} ${seeded[(n * 7 * 13) % seeded.length]?.name.split(' ')[0]?.toLowerCase()}` }
    case 7:
    case 8:
      return { q: word, category: seeded[n % 8]?.category ?? '' }
    default:
      return { q: word.slice(0, 2) + word.slice(3) }
  }
}
