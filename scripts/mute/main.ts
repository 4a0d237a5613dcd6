// `make mute` and `make unmute`. Exit code 0 when done, 2 when it was refused or Alertmanager does not answer.
import { existsSync } from 'node:fs'
import { makePrometheusApi } from '../chaos/prometheus-api.ts'
import { series } from '../slo/names.ts'
import { type MuteDeps, mute, unmute } from './mute.ts'
import { readSettings, SettingsError } from './settings.ts'
import { makeSilencesApi } from './silences-api.ts'

async function main(): Promise<number> {
  try {
    // The lab's settings, ports among them; the shell's own variables win.
    if (existsSync('.env')) process.loadEnvFile('.env')
    const settings = readSettings(process.argv.slice(2), process.env)
    const prometheus = makePrometheusApi(settings.prometheusUrl)
    const deps: MuteDeps = {
      silences: makeSilencesApi(settings.alertmanagerUrl),
      listJourneys: async () =>
        (await prometheus.query(`group by (cuj_name) (${series.objective})`)).flatMap(
          ({ labels }) => labels.cuj_name ?? [],
        ),
      tell: line => console.log(line),
      now: Date.now,
    }
    await (settings.action === 'mute' ? mute : unmute)(deps, settings)
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (!(error instanceof SettingsError)) console.error('Is the lab up? make status tells, make up starts it.')
    return 2
  }
}

process.exitCode = await main()
