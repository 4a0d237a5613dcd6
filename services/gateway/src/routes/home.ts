import type { FastifyPluginAsync } from 'fastify'
import { escapeHtml, htmlPage } from '../html.ts'

export interface HomeLinks {
  grafanaUrl: string
  prometheusUrl: string
  alertmanagerUrl: string
}

export const homeRoutes: FastifyPluginAsync<{ links: HomeLinks }> = async (app, { links }) => {
  const page = htmlPage('TechMart', toBody(links))
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
}

function toBody(links: HomeLinks): string {
  const rows: [string, string][] = [
    ['/api/products', 'the products, as the store sees them'],
    ['/docs', 'the API, to be tried out'],
    ['/api/health', 'how the store is'],
    [links.grafanaUrl, 'Grafana: objectives, budgets, traces, logs'],
    [links.prometheusUrl, 'Prometheus: metrics, rules, alerts'],
    [links.alertmanagerUrl, 'Alertmanager: what was sent to whom'],
    ['/lab/inbox', 'the alert inbox: what reached the person on call'],
    ['/lab/faults', 'the faults that are on now'],
  ]
  const items = rows.map(
    ([url, words]) => `<li><a href="${escapeHtml(url)}">${escapeHtml(url)}</a>: ${escapeHtml(words)}`,
  )
  return `<h1>TechMart</h1>
<p>A small store to learn observability with. Break it with <code>make chaos</code>, and watch it being noticed.</p>
<ul>
${items.join('\n')}
</ul>`
}
