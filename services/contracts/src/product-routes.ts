import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { journeys } from './journeys.ts'
import { anyone, defineRoute } from './route.ts'
import { Cents, lineOfText, PageQuery, ProductId, Rating } from './shop.ts'

export const Product = Type.Object(
  {
    id: ProductId,
    name: Type.String(),
    description: Type.String(),
    category: Type.String(),
    priceCents: Cents,
  },
  { additionalProperties: false },
)
export type Product = Static<typeof Product>

/** One product as its page shows it. */
export const ProductDetail = Type.Object(
  {
    ...Product.properties,
    rating: Type.Optional(
      Type.Object(Rating.properties, {
        additionalProperties: false,
        description: 'Left out while the reviews cannot be read.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ProductDetail = Static<typeof ProductDetail>

export const ProductPage = Type.Object(
  {
    products: Type.Array(Product),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Products in all pages.' }),
  },
  { additionalProperties: false },
)
export type ProductPage = Static<typeof ProductPage>

export const listProducts = defineRoute({
  method: 'GET',
  path: '/api/products',
  summary: 'Products of the catalogue, paged, by category if asked.',
  access: anyone,
  journey: journeys.productDiscovery,
  schema: {
    querystring: Type.Object(
      { ...PageQuery, category: Type.Optional(lineOfText({ maxLength: 60 })) },
      { additionalProperties: false },
    ),
    response: { 200: ProductPage, ...commonErrors },
  },
})

export const getProduct = defineRoute({
  method: 'GET',
  path: '/api/products/:id',
  summary: 'One product, with what its reviews say together.',
  access: anyone,
  journey: journeys.productDiscovery,
  schema: {
    params: Type.Object({ id: ProductId }, { additionalProperties: false }),
    response: { 200: ProductDetail, ...commonErrors },
  },
})
