import { alertOf, anyOf, defineScenario } from '../scenario.ts'

export const memoryLeak = defineScenario({
  name: 'memory-leak',
  title: 'api forgets to let go of memory',
  story: 'All is well, and will be until it is not.',
  faults: [
    {
      service: 'api',
      point: 'process',
      kind: 'leak-memory',
      ratio: 1,
      leak: { maxMegabytes: 44, megabytesPerSecond: 1 },
    },
  ],
  // Forty seconds to fill it, and a minute in which it does not go down again.
  mustFire: [alertOf('warning', 'HeapFilling', { service: 'api' }, 110)],
  mustNotFire: [anyOf()],
  dashboards: ['is-a-service-sick'],
  cause: 'api keeps up to 44 MB that nobody needs; its heap is 96 MB. It ends when the fault does.',
  howToFind: [
    'nodejs_heap_size_used_bytes climbs in a straight line and does not fall after a collection.',
    'Only one service does that, and all its replicas: it is in the code, not in the traffic.',
    'Nobody is hurt yet: this is the alert that gives you the time to restart it in peace.',
  ],
})
