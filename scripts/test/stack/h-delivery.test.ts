// Alerts as they were delivered: each of their links is followed on this machine, on the ports of this very lab; and muting.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import { ask, eventually, query, urls } from './lab.ts'

const portOf = (url: string): string => new URL(url).port
const origins = {
  store: `http://localhost:${portOf(urls.store)}`,
  prometheus: `http://localhost:${portOf(urls.prometheus)}`,
  grafana: `http://localhost:${process.env.GRAFANA_PORT ?? 'unknown'}`,
}

const inbox = async (after: number): Promise<InboxEntry[]> =>
  (await ask(`${urls.store}/lab/inbox?after=${after}&limit=1000`)).body.entries
const lastId = async (): Promise<number> => (await ask(`${urls.store}/lab/inbox?limit=1`)).body.entries.at(-1)?.id ?? 0

/** Of the alerts that Prometheus may raise; a test may have posted one of its own. */
async function namesOfAlerts(): Promise<ReadonlySet<string>> {
  const { body } = await ask(`${urls.prometheus}/api/v1/rules?type=alert`)
  const names = body.data.groups.flatMap(({ rules }: { rules: { name: string }[] }) => rules.map(({ name }) => name))
  assert.ok(names.includes('JourneyBurnsFast'), `${names.length} alerts`)
  return new Set(names)
}

const isOfThePage = ({ labels }: InboxEntry): boolean =>
  labels.alertname === 'JourneyBurnsFast' && labels.cuj_name === 'checkout' && labels.slo === 'availability'
const isPage = (entry: InboxEntry): boolean => entry.status === 'firing' && isOfThePage(entry)

/** No charge is answered any more, until the test ends or the function that is returned is called. */
async function failAllCharges(t: TestContext): Promise<() => Promise<void>> {
  const fault = { service: 'payments', point: 'http-server', target: 'POST /charges', kind: 'error', ratio: 1 }
  const started = await ask(`${urls.store}/lab/faults`, {
    method: 'POST',
    json: { ...fault, scenario: 'all-charges-fail', durationSeconds: 240, reason: 'a test of delivery' },
  })
  assert.equal(started.status, 201, JSON.stringify(started.body))
  const heal = async () => void (await ask(`${urls.store}/lab/faults/${started.body.id}`, { method: 'DELETE' }))
  t.after(heal)
  return heal
}

/**
 * The page of the test before is over and its end was delivered, so that the next one is news: what was last heard of as firing
 * is not told again when it fires again.
 */
const waitForPeace = () =>
  eventually(
    async () => {
      const page = '{alertname="JourneyBurnsFast", cuj_name="checkout", slo="availability", alertstate="firing"}'
      assert.deepEqual(await query(`ALERTS${page}`), [])
      assert.notEqual((await inbox(0)).filter(isOfThePage).at(-1)?.status, 'firing')
    },
    { withinMs: 180_000 },
  )

function run(t: TestContext, action: 'mute' | 'unmute', env: Record<string, string>) {
  const child = spawn(process.execPath, ['scripts/mute/main.ts', action], {
    env: { ...process.env, ALERTMANAGER_URL: urls.alertmanager, PROMETHEUS_URL: urls.prometheus, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk
    })
  return new Promise<{ code: number | null; output: string }>(resolve =>
    child.once('close', code => resolve({ code, output })),
  )
}

test('the links of delivered alerts open on this machine, on the ports of this lab', async t => {
  await waitForPeace()
  const before = await lastId()
  await failAllCharges(t)
  await eventually(async () => assert.ok((await inbox(before)).some(isPage)), { withinMs: 120_000 })
  // Those of earlier tests as well: whatever our rules had delivered must be of use.
  const ours = await namesOfAlerts()
  const delivered = new Map(
    (await inbox(0))
      .filter(({ alertname }) => ours.has(alertname))
      .map(entry => [`${entry.fingerprint} ${entry.labels.alertname}`, entry]),
  )
  t.diagnostic([...delivered.keys()].join(', '))

  for (const { alertname, annotations, labels, generatorUrl } of delivered.values()) {
    const whose = `${alertname} of ${labels.cuj_name ?? labels.job ?? 'the lab'}`
    await t.test(`${whose}: its runbook is the page of that name`, async () => {
      const url = new URL(annotations.runbook_url ?? '')
      const page = await ask(url.href)

      assert.equal(url.origin, origins.store)
      assert.equal(page.status, 200)
      assert.match(String(page.body).split('\n')[0] ?? '', new RegExp(`\\b${alertname}\\b`))
    })

    // The lab's own word that nothing is delivered comes from no rule.
    if (generatorUrl === '') continue

    await t.test(`${whose}: its queries are answered by Prometheus`, async () => {
      for (const link of [annotations.query_url, generatorUrl]) {
        const url = new URL(link ?? '')
        const expression = url.searchParams.get('g0.expr') ?? ''
        // The page itself is not in every build of Prometheus; its API is.
        const answer = await ask(`${url.origin}/api/v1/query?${new URLSearchParams({ query: expression })}`)

        assert.equal(url.origin, origins.prometheus)
        assert.equal(url.pathname, '/graph')
        assert.notEqual(expression, '')
        assert.equal(answer.body.status, 'success', `${expression}: ${answer.body.error}`)
        if (labels.cuj_name && link === annotations.query_url)
          assert.ok(answer.body.data.result.length > 0, `${expression} shows nothing`)
      }
    })

    await t.test(`${whose}: its dashboard is there, with what the link sets`, async t => {
      const url = new URL(annotations.dashboard_url ?? '')
      const uid = /^\/d\/([^/]+)/.exec(url.pathname)?.[1]
      const dashboards: { uid: string; templating: { list: { name: string }[] } }[] = []
      for await (const file of glob('grafana/dashboards/*.json'))
        dashboards.push(JSON.parse(await readFile(file, 'utf8')))
      const dashboard = dashboards.find(one => one.uid === uid)

      assert.equal(url.origin, origins.grafana)
      assert.ok(dashboard, `no dashboard has the uid ${uid}`)
      const variables = dashboard.templating.list.map(({ name }) => `var-${name}`)
      for (const name of url.searchParams.keys())
        assert.ok(['from', 'to', ...variables].includes(name), `${name} is no variable of ${uid}`)
      if (labels.cuj_name) assert.equal(url.searchParams.get('var-cuj_name'), labels.cuj_name)
      const opened = await fetch(`${url.origin}/api/dashboards/uid/${uid}`).catch(() => undefined)
      if (opened) assert.equal(opened.status, 200)
      else t.diagnostic('Grafana does not run here: the dashboard was looked up in its files only.')
    })
  }
})

test('a muted journey burns without anybody being told, and is told once it is unmuted', async t => {
  await waitForPeace()
  const muted = await run(t, 'mute', { JOURNEY: 'checkout', FOR: '10m', REASON: 'a test of muting' })
  t.after(() => run(t, 'unmute', {}))
  assert.equal(muted.code, 0, muted.output)
  assert.match(muted.output, /^Muted until .* UTC: every alert of checkout \(a test of muting\)\.$/m)
  const before = await lastId()

  await failAllCharges(t)
  await eventually(
    async () => {
      const alerts = (await ask(`${urls.alertmanager}/api/v2/alerts?filter=alertname%3DJourneyBurnsFast`)).body
      const page = alerts.find(
        ({ labels }: InboxEntry) => labels.cuj_name === 'checkout' && labels.slo === 'availability',
      )
      assert.equal(page?.status.silencedBy.length, 1, JSON.stringify(alerts))
    },
    { withinMs: 120_000 },
  )
  // Two more beats of the dead man's switch: more than any page waits, and it is not muted itself.
  const { beats } = (await ask(`${urls.lab}/lab/dead-man`)).body
  await eventually(async () => assert.ok((await ask(`${urls.lab}/lab/dead-man`)).body.beats >= beats + 2), {
    withinMs: 90_000,
  })
  assert.deepEqual(
    (await inbox(before)).filter(({ labels, status }) => labels.cuj_name === 'checkout' && status === 'firing'),
    [],
  )

  const unmuted = await run(t, 'unmute', { JOURNEY: 'checkout' })

  assert.equal(unmuted.code, 0, unmuted.output)
  assert.match(unmuted.output, /delivered within seconds: JourneyBurnsFast of checkout \(availability\)/)
  await eventually(async () => assert.ok((await inbox(before)).some(isPage)), { withinMs: 30_000 })
})

test('muting refuses a journey that is none, and names those there are', async t => {
  const { code, output } = await run(t, 'mute', { JOURNEY: 'chekout' })

  assert.equal(code, 2)
  assert.match(output, /JOURNEY is 'chekout'; there are: .*checkout, .*order-lookup/)
  assert.deepEqual(
    (await ask(`${urls.alertmanager}/api/v2/silences`)).body.filter(
      ({ status }: { status: { state: string } }) => status.state === 'active',
    ),
    [],
  )
})
