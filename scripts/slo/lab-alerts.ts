// The alerts beside the burn tiers, in the order in which they are looked for: who is down, who counts, who delivers, what waits,
// and what happens in the store. The first group has the pace of a page; the second can wait a few seconds.
import { alertDeliveryFailing, deadManSwitchMissed, ruleEvaluationFailing, watchdog } from './alerts-delivery.ts'
import {
  buildExpectedJobs,
  diskFilling,
  eventLoopBlocked,
  gatewayUnreachable,
  heapFilling,
  kafkaDown,
  machineryDown,
  postgresDown,
  serviceDown,
} from './alerts-processes.ts'
import { deadLetters, lagGrowing, outboxStuck, workerStopped } from './alerts-queues.ts'
import {
  paymentFailuresInCountry,
  rateLimitStorm,
  serverErrorsOutsideJourneys,
  suspiciousActivity,
} from './alerts-store.ts'
import {
  collectorDown,
  collectorDropping,
  collectorQueueFilling,
  collectorRefusing,
  journeysNotCounted,
  journeyVanished,
  latencyNotCounted,
} from './alerts-telemetry.ts'
import type { AlertingRule, RuleGroup } from './rule.ts'
import type { ExpectedJobs } from './services.ts'
import type { Tier } from './windows.ts'

/** `fast`: the tier whose windows are the freshest. */
export function buildLabGroups(jobs: ExpectedJobs, fast: Tier): RuleGroup[] {
  const [short, long] = [fast.short.window.text, fast.long.window.text]
  // A cause outlives its healing by the short window: so long the journeys that it broke still burn, and would page when
  // nothing mutes them any more.
  const asCause = (alert: AlertingRule): AlertingRule => ({ ...alert, keepFiringFor: short })
  return [
    {
      name: 'lab',
      interval: '5s',
      rules: [
        watchdog,
        ...buildExpectedJobs(jobs),
        serviceDown,
        machineryDown,
        asCause(postgresDown),
        asCause(kafkaDown),
        gatewayUnreachable,
        collectorDown,
        journeysNotCounted,
        latencyNotCounted(short),
        ruleEvaluationFailing,
        alertDeliveryFailing,
        deadManSwitchMissed,
        eventLoopBlocked,
        heapFilling,
        workerStopped,
        lagGrowing,
        outboxStuck,
        collectorRefusing,
        collectorDropping,
        collectorQueueFilling,
      ],
    },
    {
      name: 'lab-minor',
      interval: '15s',
      rules: [
        journeyVanished(fast),
        deadLetters(long),
        rateLimitStorm,
        suspiciousActivity,
        paymentFailuresInCountry,
        serverErrorsOutsideJourneys,
        diskFilling,
      ],
    },
  ]
}
