import { here } from './router.ts'
import { reportStep } from './telemetry/telemetry.ts'

let told = ''

/** Tells of a step to a sale, once for each time that a shopper comes to a page: typing on and trying again are no new ones. */
export function tellOnce(...about: Parameters<typeof reportStep>): void {
  const { path, step } = here()
  const visit = path + step
  if (visit !== told) reportStep(...about)
  told = visit
}
