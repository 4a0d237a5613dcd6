import type { Scenario } from './scenario.ts'
import { apiDead } from './scenarios/api-dead.ts'
import { badDeploy } from './scenarios/bad-deploy.ts'
import { browsingFailing } from './scenarios/browsing-failing.ts'
import { collectorStopped } from './scenarios/collector-stopped.ts'
import { eventLoopBlocked } from './scenarios/event-loop-blocked.ts'
import { gatewayDead } from './scenarios/gateway-dead.ts'
import { inventoryFailing } from './scenarios/inventory-failing.ts'
import { inventoryHanging } from './scenarios/inventory-hanging.ts'
import { kafkaStopped } from './scenarios/kafka-stopped.ts'
import { lokiStopped } from './scenarios/loki-stopped.ts'
import { mailsWaiting } from './scenarios/mails-waiting.ts'
import { memoryLeak } from './scenarios/memory-leak.ts'
import { notificationsFailing } from './scenarios/notifications-failing.ts'
import { pagerDead } from './scenarios/pager-dead.ts'
import { paymentsDead } from './scenarios/payments-dead.ts'
import { paymentsFailing } from './scenarios/payments-failing.ts'
import { paymentsSlow } from './scenarios/payments-slow.ts'
import { paymentsStumbling } from './scenarios/payments-stumbling.ts'
import { poisonMessages } from './scenarios/poison-messages.ts'
import { postgresStopped } from './scenarios/postgres-stopped.ts'
import { providerDown } from './scenarios/provider-down.ts'
import { providerTroubleInJapan } from './scenarios/provider-trouble-in-japan.ts'
import { searchFailing } from './scenarios/search-failing.ts'
import { searchSlow } from './scenarios/search-slow.ts'
import { usersDead } from './scenarios/users-dead.ts'
import { workerStopped } from './scenarios/worker-stopped.ts'

/** In the order of the list; the first one is what `make chaos` runs. */
export const scenarios: readonly Scenario[] = [
  paymentsFailing,
  paymentsStumbling,
  paymentsSlow,
  paymentsDead,
  providerDown,
  providerTroubleInJapan,
  inventoryFailing,
  inventoryHanging,
  browsingFailing,
  searchFailing,
  searchSlow,
  apiDead,
  gatewayDead,
  badDeploy,
  postgresStopped,
  kafkaStopped,
  workerStopped,
  mailsWaiting,
  poisonMessages,
  notificationsFailing,
  usersDead,
  eventLoopBlocked,
  memoryLeak,
  collectorStopped,
  lokiStopped,
  pagerDead,
]
