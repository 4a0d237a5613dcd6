// Search as a shopper means it. What they typed is looked for first; only when nothing matches is it taken for a typing mistake,
// so that a right word is never bent and a good search costs one statement.
import type { SearchPage } from '@techmart/contracts/search-routes'
import type { ApiEvents } from './events.ts'
import { pickMeantWord } from './meant-word.ts'
import type { SearchQuery, SearchStore } from './search-store.ts'

export type SearchProducts = (query: SearchQuery) => Promise<SearchPage>

/** Of three letters every other word is a neighbour. */
const word = /\p{L}{3,30}/gu
/** A search box is no place for essays: later words are left as they are. */
const correctedWords = 8

export function makeSearchProducts(ports: { search: SearchStore; events: ApiEvents }): SearchProducts {
  const { search, events } = ports

  async function correct(text: string): Promise<string> {
    const words = [...new Set(text.toLowerCase().match(word) ?? [])].slice(0, correctedWords)
    if (words.length === 0) return text
    const likeWords = await search.findLikeWords(words)
    return text.toLowerCase().replace(word, typed => pickMeantWord(typed, likeWords.get(typed) ?? []) ?? typed)
  }

  return async query => {
    const { page, pageSize } = query
    const found = await search.search(query)
    if (found.total > 0) {
      events.productsSearched('found', query.category)
      return { ...found, page, pageSize }
    }
    const correctedTo = await correct(query.text)
    const meant =
      correctedTo === query.text.toLowerCase() ? found : await search.search({ ...query, text: correctedTo })
    if (meant.total > 0) {
      events.productsSearched('corrected', query.category)
      return { ...meant, page, pageSize, correctedTo }
    }
    events.productsSearched('nothing', query.category)
    return { ...found, page, pageSize }
  }
}
