// The scenarios as data: each says what somebody needs, asks for faults that exist, and promises what can be kept.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { findFaultMistake } from '@techmart/contracts/fault-rules'
import { FaultRequest, faultPoints } from '@techmart/contracts/faults'
import Value from 'typebox/value'
import { parse } from 'yaml'
import { usualPaceOf } from '../list-scenarios.ts'
import { durationOf, readPromiseSpec, resolveLimitOf, timeOf } from '../promise-time.ts'
import { type AlertPattern, isOfPattern, pageOf } from '../scenario.ts'
import { scenarios } from '../scenario-list.ts'

const root = new URL('../../../', import.meta.url)
const spec = readPromiseSpec()
const pageOfCheckout = (badRatio: number) => pageOf('checkout', 'availability', badRatio)

test('each has a name of its own, and a file that is called like it', () => {
  const files = readdirSync(new URL('../scenarios/', import.meta.url)).map(file => file.replace(/\.ts$/, ''))

  assert.deepEqual(scenarios.map(({ name }) => name).sort(), files.sort())
})

test('what the lab is to teach is there', () => {
  const names = new Set(scenarios.map(({ name }) => name))
  const wanted =
    'payments-failing payments-slow provider-trouble-in-japan inventory-failing search-slow api-dead postgres-stopped kafka-stopped ' +
    'worker-stopped poison-messages notifications-failing event-loop-blocked memory-leak collector-stopped bad-deploy'

  assert.deepEqual(
    wanted.split(' ').filter(name => !names.has(name)),
    [],
  )
})

test('every point of a fault is struck by one of them, and containers are too', () => {
  const struck = new Set(scenarios.flatMap(({ faults }) => faults.map(({ point }) => point)))

  assert.deepEqual(
    [...faultPoints].filter(point => !struck.has(point)),
    [],
  )
  assert.ok(scenarios.some(({ actions }) => actions.length > 0))
})

for (const scenario of scenarios) {
  describe(scenario.name, () => {
    test('tells a story, its cause, how one finds it, and where to look', () => {
      const dashboards = readdirSync(new URL('grafana/dashboards/', root)).map(file => file.replace(/\.json$/, ''))

      assert.match(scenario.name, /^[a-z][a-z0-9-]{1,60}$/)
      assert.ok(scenario.title.length > 10 && scenario.story.length > 30 && scenario.cause.length > 30)
      assert.ok(scenario.howToFind.length >= 2)
      assert.ok(scenario.dashboards.length > 0)
      for (const uid of scenario.dashboards) assert.ok(dashboards.includes(uid), uid)
    })

    test('asks for faults within the contract, or for containers that Compose has', () => {
      const composed = ['store', 'data', 'observability', 'traffic'].flatMap(file =>
        Object.keys(parse(readFileSync(new URL(`compose/${file}.yml`, root), 'utf8')).services),
      )

      assert.ok(scenario.faults.length + scenario.actions.length > 0)
      for (const fault of scenario.faults) {
        const request = { ...fault, scenario: scenario.name, reason: 'a test', durationSeconds: 60 }
        assert.ok(Value.Check(FaultRequest, request), JSON.stringify([...Value.Errors(FaultRequest, request)]))
        assert.equal(findFaultMistake(request), undefined)
      }
      for (const { service } of [...scenario.faults, ...scenario.actions])
        assert.ok(composed.includes(service), service)
    })

    test('promises alerts that exist, with their severity, in a time that can be computed at both speeds', () => {
      assert.ok(scenario.mustFire.length > 0)
      for (const speed of ['real', 'lab'] as const) {
        const times = scenario.mustFire.map(promise => timeOf(spec, speed, promise, usualPaceOf(promise)))

        for (const time of times) assert.ok(time.limitSeconds >= time.expectedSeconds)
        assert.ok(durationOf(scenario, times) <= 1_800, `${durationOf(scenario, times)} s at ${speed}`)
        for (const { alertname, labels, pace } of scenario.mustFire) {
          if ('trueAfterSeconds' in pace) assert.equal(spec.rules[speed].get(alertname)?.severity, labels.severity)
        }
      }
    })
  })
}

test('the time to page is window × factor × budget ÷ ratio, and the guard’s ten events where those take longer', () => {
  assert.equal(timeOf(spec, 'real', pageOfCheckout(1), 1.5).expectedSeconds.toFixed(2), '51.84')
  assert.equal(timeOf(spec, 'real', pageOfCheckout(0.5), 1.5).expectedSeconds.toFixed(2), '103.68')
  assert.equal(timeOf(spec, 'lab', pageOfCheckout(0.5), 1.5).expectedSeconds.toFixed(2), (10 / 0.75).toFixed(2))
})

test('a ratio that no page can come of is refused rather than waited for', () => {
  assert.throws(() => timeOf(spec, 'real', pageOfCheckout(0.0144), 1.5), /never fires/)
})

test('a harder promise than arithmetic and its slack wins', () => {
  const { limitSeconds } = timeOf(spec, 'real', { ...pageOfCheckout(1), latestSeconds: 90 }, 1.5)

  assert.equal(limitSeconds, 90)
})

test('the end of an alert that looks back for an hour is not waited for; at lab speed it is', () => {
  const dead = scenarios.find(({ name }) => name === 'poison-messages')?.mustFire[0]
  assert.ok(dead)

  assert.equal(resolveLimitOf(spec, 'real', dead), undefined)
  assert.equal(resolveLimitOf(spec, 'lab', dead), 300 + 180)
})

test('nobody forbids what it promises, allows or expects to be muted', () => {
  const textOf = (pattern: AlertPattern) => ({
    alertname: pattern.alertname ?? 'JourneyBurnsSlowly',
    ...Object.fromEntries(
      Object.entries(pattern.labels).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : (value[0] ?? ''),
      ]),
    ),
  })
  for (const { name, mustFire, mayFire, muted, mustNotFire } of scenarios) {
    for (const wanted of [...mustFire, ...mayFire, ...muted])
      assert.ok(!mustNotFire.some(pattern => isOfPattern(pattern, textOf(wanted))), `${name}: ${wanted.alertname}`)
  }
})
