// What several of the later pages share and is short: in files of their own these would be half as large again.
import './components/async-form.tsx'
import './local.ts'
import './logic/day.ts'
import { type ComponentType, render } from 'preact'
import { Failed } from './components/trouble.tsx'
import { showHeader, startHeader } from './header.tsx'
import { drawBy, redraw } from './live.ts'
import { arrive, here, type Place, startRouter } from './router.ts'
import { findPage, isPage } from './routes.ts'
import { say } from './say.ts'
import { habits } from './shopper.ts'
import { reportError, setShopper, startTelemetry } from './telemetry/telemetry.ts'

const main = document.getElementById('main') as HTMLElement
let Page: ComponentType = () => <div />
let latest: Place

function draw(): void {
  setShopper(habits.get())
  showHeader()
  try {
    render(<Page key={here().step} />, main)
  } catch (error) {
    reportError(error)
    fail(error)
  }
}

function fail(error: unknown): void {
  Page = () => <Failed of={{ error, again: () => location.reload() }} what="page" />
  redraw()
}

/** The page before stays until the code of the next one is there. */
async function open(next: Place, isNew: boolean): Promise<void> {
  latest = next
  try {
    const NextPage = await findPage(next.path)
    // Meanwhile somewhere else?
    if (latest !== next) return
    Page = NextPage
  } catch (error) {
    return fail(error)
  }
  if (next.step !== here().step) {
    // What was said was said of the page before; and the focus waits here until there is a heading to take it.
    say('')
    main.focus({ preventScroll: true })
  }
  arrive(next)
  draw()
  if (isNew) scrollTo(0, 0)
}

startTelemetry()
drawBy(draw)
startHeader()
startRouter(isPage, open)
