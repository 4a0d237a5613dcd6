// Stock as shoppers and the admin see it, through the gateway. Everybody may look; only the admin changes it.
import Type, { type Static } from 'typebox'
import { commonErrors, ErrorBody } from './errors.ts'
import { StockLevel } from './inventory-routes.ts'
import { adminAlone, anyone, defineRoute } from './route.ts'
import { IdempotencyKey, PageQuery, ProductId, Timestamp } from './shop.ts'

/** No shelf holds more of one product. */
export const fullestShelf = 1_000_000

export const movementReasons = ['opening', 'sold', 'restocked', 'set', 'received'] as const
export const Movement = Type.Object(
  {
    quantity: Type.Integer({ description: 'What it did to the goods in the house; less than 0 where they left it.' }),
    reason: Type.Enum([...movementReasons]),
    at: Timestamp,
  },
  { additionalProperties: false },
)

export const InventoryItem = Type.Object(
  {
    ...StockLevel.properties,
    movements: Type.Array(Movement, { description: 'The newest 20, newest first; a week of them is kept.' }),
  },
  { additionalProperties: false },
)
export type InventoryItem = Static<typeof InventoryItem>

export const InventoryPage = Type.Object(
  {
    items: Type.Array(StockLevel, { description: 'By product id.' }),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Products in all pages.' }),
  },
  { additionalProperties: false },
)
export type InventoryPage = Static<typeof InventoryPage>

export const listInventory = defineRoute({
  method: 'GET',
  path: '/api/inventory',
  summary: 'What is there of every product, what is promised to orders, and when it is restocked.',
  access: anyone,
  schema: {
    querystring: Type.Object(
      {
        ...PageQuery,
        belowThreshold: Type.Optional(
          Type.Boolean({ description: 'Only products that wait to be restocked, or only the others.' }),
        ),
      },
      { additionalProperties: false },
    ),
    response: { 200: InventoryPage, ...commonErrors },
  },
})

export const getInventory = defineRoute({
  method: 'GET',
  path: '/api/inventory/:id',
  summary: 'What is there of one product, and what last came and went.',
  access: anyone,
  schema: {
    params: Type.Object({ id: ProductId }, { additionalProperties: false }),
    response: { 200: InventoryItem, ...commonErrors },
  },
})

export const stockChanges = ['set', 'receive'] as const
export const StockChange = Type.Object(
  {
    productId: ProductId,
    change: Type.Enum([...stockChanges], {
      description: 'set: so many can be sold from now on; receive: so many more than before.',
    }),
    quantity: Type.Integer({ minimum: 0, maximum: fullestShelf }),
    threshold: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: fullestShelf,
        description: 'Below it the product is restocked; 0 switches that off. Stays as it is where none is given.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type StockChange = Static<typeof StockChange>

export const changeStock = defineRoute({
  method: 'POST',
  path: '/api/inventory',
  summary:
    'Sets or receives stock, as a recorded movement: 200, or 201 where no stock of the product was kept before. The same Idempotency-Key changes it once.',
  access: adminAlone,
  bodyLimitBytes: 4_096,
  schema: {
    headers: Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) }),
    body: StockChange,
    response: { 200: StockLevel, 201: StockLevel, 422: ErrorBody, ...commonErrors },
  },
})

export const StockLevelPage = Type.Object(
  {
    levels: Type.Array(
      Type.Object({ productId: ProductId, available: Type.Integer() }, { additionalProperties: false }),
      { description: 'By product id; ids of which no stock is kept are left out.' },
    ),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Products in all pages.' }),
  },
  { additionalProperties: false },
)
export type StockLevelPage = Static<typeof StockLevelPage>

export const listStockLevels = defineRoute({
  method: 'GET',
  path: '/api/stock-levels',
  summary: 'How many of a product can be bought now: of some (`?productId=11&productId=12`), or of all.',
  access: anyone,
  schema: {
    querystring: Type.Object(
      {
        productId: Type.Optional(Type.Array(ProductId, { minItems: 1, maxItems: 100 })),
        page: PageQuery.page,
        pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 100 })),
      },
      { additionalProperties: false },
    ),
    response: { 200: StockLevelPage, ...commonErrors },
  },
})
