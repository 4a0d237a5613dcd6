import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { journeys } from './journeys.ts'
import { Product } from './product-routes.ts'
import { anyone, defineRoute } from './route.ts'
import { lineOfText, PageQuery } from './shop.ts'

export const SearchPage = Type.Object(
  {
    products: Type.Array(Product, { description: 'Best match first.' }),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Products in all pages; a search looks at 500 at most.' }),
    correctedTo: Type.Optional(
      Type.String({ description: 'What was searched for instead, where nothing matched the text as it was typed.' }),
    ),
  },
  { additionalProperties: false },
)
export type SearchPage = Static<typeof SearchPage>

export const searchProducts = defineRoute({
  method: 'GET',
  path: '/api/products/search',
  summary: 'Full-text search, best match first; "quoted phrases", or, and -without work, typing mistakes are forgiven.',
  access: anyone,
  journey: journeys.productSearch,
  schema: {
    querystring: Type.Object(
      {
        q: lineOfText({ maxLength: 100, description: 'Words to look for.' }),
        ...PageQuery,
        category: Type.Optional(lineOfText({ maxLength: 60 })),
      },
      { additionalProperties: false },
    ),
    response: { 200: SearchPage, ...commonErrors },
  },
})
