// Reads the seeded catalogue from catalogue.txt. Ids go round the categories, and the second variants come after all first
// ones, so that the first page of the shop shows much of it. They stay the same from start to start: inventory stocks them too.
import { readFileSync } from 'node:fs'
import { categories } from '@techmart/contracts/catalogue'
import type { Product } from '@techmart/contracts/product-routes'

/** The catalogue that the shop opens with. */
export const readSeededCatalogue = (): Product[] =>
  readCatalogue(readFileSync(new URL('./catalogue.txt', import.meta.url), 'utf8'))

export function readCatalogue(text: string): Product[] {
  const byCategory = new Map<string, Omit<Product, 'id'>[][]>()
  let category = ''
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    if (line.startsWith('== ')) {
      category = line.slice(3).trim()
      continue
    }
    const models = byCategory.get(category) ?? []
    byCategory.set(category, [...models, readModel(line, category, index + 1)])
  }
  return [...byCategory].flatMap(([name, models]) => {
    const place = (categories as readonly string[]).indexOf(name)
    if (place < 0) throw new Error(`catalogue.txt has the category '${name}', which contracts do not know.`)
    return variantByVariant(models).map((product, index) => ({ id: index * categories.length + place + 1, ...product }))
  })
}

function variantByVariant<T>(models: readonly (readonly T[])[]): T[] {
  const most = Math.max(...models.map(variants => variants.length))
  return Array.from({ length: most }, (_, place) => models.flatMap(variants => variants.slice(place, place + 1))).flat()
}

/** `model | price | description | variant, variant +surcharge, …`: one product a variant. */
function readModel(line: string, category: string, lineNumber: number): Omit<Product, 'id'>[] {
  const [model, price, description, variants] = line.split(' | ')
  if (!model || !price || !description || !variants) {
    throw new Error(`catalogue.txt, line ${lineNumber}: want "model | price | description | variants".`)
  }
  return variants.split(', ').map(variant => {
    const [, name = variant, surcharge = '0'] = /^(.*?)(?: ([+-]\d+))?$/.exec(variant) ?? []
    return {
      name: `${model}, ${name}`,
      description,
      category,
      priceCents: Math.round((Number(price) + Number(surcharge)) * 100),
    }
  })
}
