// Alerts link here: /runbooks/<AlertName> shows docs/runbooks/<AlertName>.md.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { notFound } from '@techmart/platform/refusals'
import type { FastifyPluginAsync } from 'fastify'
import { escapeHtml, htmlPage } from '../html.ts'

export const runbookRoutes: FastifyPluginAsync<{ folder: string }> = async (app, { folder }) => {
  app.get<{ Params: { name: string } }>('/runbooks/:name', async (request, reply) => {
    const { name } = request.params
    const text = await findRunbook(folder, name)
    if (text === undefined) throw notFound('There is no runbook of this name.')
    if (!request.headers.accept?.includes('text/html')) return reply.type('text/markdown; charset=utf-8').send(text)
    return reply.type('text/html; charset=utf-8').send(htmlPage(`Runbook: ${name}`, `<pre>${escapeHtml(text)}</pre>`))
  })
}

async function findRunbook(folder: string, name: string): Promise<string | undefined> {
  // Letters, digits and dashes only: no way out of the folder.
  if (!/^[A-Za-z0-9-]{1,80}$/.test(name)) return undefined
  try {
    return await readFile(join(folder, `${name}.md`), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
