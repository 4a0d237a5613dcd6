// What stock should do, in a few lines without a database: the other side of the comparison in the property tests.
import fc from 'fast-check'

export interface Item {
  readonly productId: number
  readonly quantity: number
}

export type Step =
  | { readonly do: 'reserve'; readonly order: number; readonly items: readonly Item[]; readonly lapses: boolean }
  | { readonly do: 'commit' | 'release'; readonly order: number }
  | { readonly do: 'lapse' | 'restock' }
  | { readonly do: 'receive'; readonly productId: number; readonly quantity: number }

interface Shelf {
  readonly available: number
  readonly threshold: number
}

interface ModelOrder {
  readonly state: 'held' | 'committed' | 'released'
  readonly items: readonly Item[]
  readonly lapses: boolean
}

export interface Model {
  readonly opening: ReadonlyMap<number, Shelf>
  readonly shelves: ReadonlyMap<number, Shelf>
  readonly orders: ReadonlyMap<number, ModelOrder>
}

/** Any step, on some of the products and one of so many orders. */
export function steps(products: readonly number[], orders: number): fc.Arbitrary<Step> {
  const order = fc.nat(orders - 1)
  const productId = fc.constantFrom(...products)
  // The same product on two lines included.
  const items = fc.array(fc.record({ productId, quantity: fc.integer({ min: 1, max: 12 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('reserve' as const), order, items, lapses: fc.boolean() }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'release' as const), order }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('lapse' as const, 'restock' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('receive' as const),
        productId,
        quantity: fc.integer({ min: 0, max: 20 }),
      }),
    },
  )
}

/** The model after the step, and what should come of it. */
export function applyToModel(model: Model, step: Step): { model: Model; outcome: string } {
  switch (step.do) {
    case 'reserve':
      return reserve(model, step)
    case 'commit': {
      const known = model.orders.get(step.order)
      if (known === undefined || known.state === 'released') return { model, outcome: known?.state ?? 'unknown' }
      return { model: withOrder(model, step.order, { ...known, state: 'committed' }), outcome: 'committed' }
    }
    case 'release':
      return release(model, step.order)
    case 'lapse': {
      const lapsed = [...model.orders].filter(([, { state, lapses }]) => state === 'held' && lapses)
      const after = lapsed.reduce((so, [order]) => release(so, order).model, model)
      return { model: after, outcome: `${lapsed.length} lapsed` }
    }
    case 'restock': {
      const low = [...model.shelves].filter(([, { available, threshold }]) => available < threshold)
      const filled = low.map(([id, { threshold }]) => [id, { available: 4 * threshold, threshold }] as const)
      return { model: withShelves(model, filled), outcome: `${low.length} restocked` }
    }
    case 'receive':
      return { model: move(model, [step], 1), outcome: 'changed' }
  }
}

function reserve(model: Model, step: Step & { do: 'reserve' }): { model: Model; outcome: string } {
  const known = model.orders.get(step.order)
  if (known) return { model, outcome: known.state === 'released' ? 'released' : 'held' }
  const taken = move(model, step.items, -1)
  if ([...taken.shelves.values()].some(({ available }) => available < 0)) return { model, outcome: 'out-of-stock' }
  return {
    model: withOrder(taken, step.order, { state: 'held', items: step.items, lapses: step.lapses }),
    outcome: 'held',
  }
}

function release(model: Model, order: number): { model: Model; outcome: string } {
  const known = model.orders.get(order)
  if (known?.state === 'committed') return { model, outcome: 'sold' }
  if (known?.state === 'released') return { model, outcome: 'released' }
  if (known === undefined) {
    // Whoever comes to reserve under this number later is refused.
    return { model: withOrder(model, order, { state: 'released', items: [], lapses: false }), outcome: 'nothing-held' }
  }
  const given = move(model, known.items, 1)
  return { model: withOrder(given, order, { ...known, state: 'released' }), outcome: 'released' }
}

const withOrder = (model: Model, order: number, what: ModelOrder): Model => ({
  ...model,
  orders: new Map([...model.orders, [order, what]]),
})

const withShelves = (model: Model, shelves: Iterable<readonly [number, Shelf]>): Model => ({
  ...model,
  shelves: new Map([...model.shelves, ...shelves]),
})

const move = (model: Model, items: readonly Item[], sign: 1 | -1): Model =>
  items.reduce((so, { productId, quantity }) => {
    const { available = 0, threshold = 0 } = so.shelves.get(productId) ?? {}
    return withShelves(so, [[productId, { available: available + sign * quantity, threshold }]])
  }, model)
