import type { Scenario } from './scenario.ts'
import { browsingFailing } from './scenarios/browsing-failing.ts'
import { inventoryFailing } from './scenarios/inventory-failing.ts'
import { paymentsFailing } from './scenarios/payments-failing.ts'
import { paymentsSlow } from './scenarios/payments-slow.ts'

/** In the order of the list; the first one is what `make chaos` runs. */
export const scenarios: readonly Scenario[] = [paymentsFailing, inventoryFailing, browsingFailing, paymentsSlow]
