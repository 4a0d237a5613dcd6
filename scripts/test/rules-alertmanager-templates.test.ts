// The words of a delivered alert, rendered by amtool from alerts as Prometheus sends them.
import assert from 'node:assert/strict'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { runAmtool } from '../lib/promtool.ts'
import { makeFolder, root } from './rules-promtool.ts'

interface SampleAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
}

const linksTo = (alertname: string) => ({
  runbook_url: `http://localhost:8080/runbooks/${alertname}`,
  dashboard_url: 'http://localhost:3000/d/slo-overview?from=now-3h&to=now&var-cuj_name=checkout',
  query_url: `http://localhost:9090/graph?g0.expr=${alertname}&g0.tab=0`,
})

const page: SampleAlert = {
  status: 'firing',
  labels: {
    alertname: 'JourneyBurnsFast',
    severity: 'critical',
    cuj_name: 'checkout',
    slo: 'availability',
    burn: 'fast',
  },
  annotations: {
    summary: 'checkout fails for customers: its error budget burns 481.2 times faster than allowed',
    description: 'Failed: 312 of 5200 in the last 1h, "half" of them <just now> & counting.',
    ...linksTo('JourneyBurnsFast'),
  },
  startsAt: '2026-11-20T14:03:05.25Z',
  endsAt: '0001-01-01T00:00:00Z',
}

const ticket = (alertname: string, status: SampleAlert['status'] = 'firing'): SampleAlert => ({
  status,
  labels: { alertname, severity: 'ticket', cuj_name: 'order-lookup', slo: 'latency' },
  annotations: { summary: `${alertname} is slow`, description: `${alertname} in numbers`, ...linksTo(alertname) },
  startsAt: '2026-11-20T13:00:00Z',
  endsAt: status === 'resolved' ? '2026-11-20T14:30:09Z' : '0001-01-01T00:00:00Z',
})

const resolved = (alert: SampleAlert): SampleAlert => ({ ...alert, status: 'resolved', endsAt: '2026-11-20T14:08:01Z' })

const down = (job: string): SampleAlert => ({
  ...page,
  labels: { alertname: 'ServiceDown', severity: 'warning', job },
  annotations: { summary: `${job} is down`, ...linksTo('ServiceDown') },
})

/** What all alerts of a group have alike, as Alertmanager computes it. */
function common(alerts: readonly SampleAlert[]): Record<string, string> {
  const [first, ...others] = alerts
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([name, value]) => others.every(({ labels }) => labels[name] === value)),
  )
}

async function render(t: TestContext, template: string, alerts: readonly SampleAlert[]): Promise<string> {
  const folder = await makeFolder(t)
  await cp(join(root, 'alertmanager/templates'), join(folder, 'templates'), { recursive: true })
  const data = {
    receiver: 'page',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels: {},
    commonLabels: common(alerts),
    commonAnnotations: {},
    externalURL: 'http://localhost:9093',
  }
  await writeFile(join(folder, 'data.json'), JSON.stringify(data))
  const args = ['--template.glob=templates/*.tmpl', '--template.data=data.json']
  const text = `--template.text={{ template "techmart.${template}" . }}`
  const result = await runAmtool(folder, ['template', 'render', ...args, text])
  assert.equal(result.code, 0, result.output)
  return result.output
}

describe('the words of a delivered alert', { concurrency: 2 }, () => {
  const titles: [string, readonly SampleAlert[]][] = [
    ['Page: JourneyBurnsFast of checkout (availability)', [page]],
    ['Resolved: JourneyBurnsFast of checkout (availability)', [resolved(page)]],
    ['Warning: ServiceDown of payments', [down('payments')]],
    ['Warning: ServiceDown, 2 times', [down('payments'), down('inventory')]],
    ['Ticket: 2 alerts of order-lookup (latency)', [ticket('JourneyBurnsSteadily'), ticket('JourneyBurnsTrickle')]],
    [
      'Ticket: 2 alerts of order-lookup (latency), 1 resolved',
      [ticket('JourneyBurnsSteadily', 'resolved'), ticket('JourneyBurnsTrickle')],
    ],
    ['Alert: SomethingOfYours', [{ ...page, labels: { alertname: 'SomethingOfYours' } }]],
  ]
  for (const [title, alerts] of titles) {
    test(`a title reads '${title}'`, async t => {
      assert.equal(await render(t, 'title', alerts), title)
    })
  }

  test('the text of a page has its summary, its numbers, since when, and three links', async t => {
    assert.equal(
      await render(t, 'text', [page]),
      `checkout fails for customers: its error budget burns 481.2 times faster than allowed
Failed: 312 of 5200 in the last 1h, "half" of them <just now> & counting.
Since 2026-11-20 14:03:05 UTC
Runbook: http://localhost:8080/runbooks/JourneyBurnsFast
Dashboard: http://localhost:3000/d/slo-overview?from=now-3h&to=now&var-cuj_name=checkout
Query: http://localhost:9090/graph?g0.expr=JourneyBurnsFast&g0.tab=0

Alertmanager: http://localhost:9093`,
    )
  })

  test('a resolved page says that it is over and how long it took, not the numbers of back then', async t => {
    const text = await render(t, 'text', [resolved(page)])

    assert.match(text, /^RESOLVED checkout fails for customers/)
    assert.match(text, /\nFrom 2026-11-20 14:03:05 to 14:08:01 UTC\nRunbook: /)
    assert.doesNotMatch(text, /312 of 5200|Since/)
  })

  test('a group reads alert by alert, those that still fire first, an empty line between them', async t => {
    const text = await render(t, 'text', [
      ticket('JourneyBurnsSteadily', 'resolved'),
      ticket('JourneyBurnsTrickle'),
      ticket('JourneyBurnsElsewhere'),
    ])

    const paragraphs = text.split('\n\n').map(paragraph => paragraph.split('\n')[0])
    assert.deepEqual(paragraphs, [
      'JourneyBurnsTrickle is slow',
      'JourneyBurnsElsewhere is slow',
      'RESOLVED JourneyBurnsSteadily is slow',
      'Alertmanager: http://localhost:9093',
    ])
  })

  test('an alert of your own without annotations still says its name, and has no empty links', async t => {
    const text = await render(t, 'text', [{ ...page, labels: { alertname: 'SomethingOfYours' }, annotations: {} }])

    assert.equal(text, 'SomethingOfYours\nSince 2026-11-20 14:03:05 UTC\n\nAlertmanager: http://localhost:9093')
  })

  const severities = { critical: 'critical', warning: 'warning', ticket: 'info' }
  for (const [severity, word] of Object.entries(severities)) {
    test(`PagerDuty is told '${word}' of the severity ${severity}`, async t => {
      assert.equal(await render(t, 'pagerduty_severity', [{ ...page, labels: { alertname: 'A', severity } }]), word)
    })
  }
})
