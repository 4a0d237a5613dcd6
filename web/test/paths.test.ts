// The one list of the store's addresses, for a reader of the diff.
import { join } from 'node:path'
import { test } from 'node:test'
import * as paths from '../src/paths.ts'

const order = '0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11'

test('these are the addresses of the store', t => {
  const { toAdmin, toCart, toCheckout, toHome, toOrder, toOrders, toProduct, toSearch, ...others } = paths

  t.assert.fileSnapshot(
    [
      toHome(),
      toHome('Desk & Office'),
      toHome('Audio', 2),
      toSearch(''),
      toSearch('desk lamp'),
      toSearch('lamp', 'Lighting', 3),
      toProduct(11),
      toCart(),
      toCheckout(),
      toOrders(),
      toOrders(2),
      toOrder(order),
      toAdmin(),
      toAdmin({ job: order }),
      toAdmin({ page: 2 }),
      ...Object.keys(others),
    ],
    join(import.meta.dirname, 'paths.snapshot.json'),
    { serializers: [list => `${JSON.stringify(list, undefined, 2)}\n`] },
  )
})
