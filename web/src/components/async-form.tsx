import type { ComponentChildren } from 'preact'
import { change, local } from '../local.ts'
import { Trouble } from './trouble.tsx'

interface AsyncFormProps {
  label: string
  button: string
  /** Does it with what was filled in, and gives the words that say so. */
  send: (fields: Record<string, string>, form: HTMLFormElement) => Promise<string>
  children: ComponentChildren
}

/** A form that says what became of it; sent once at a time, and empty again when it has worked. */
export function AsyncForm({ label, button, send, children }: AsyncFormProps) {
  const state = local(label, { isBusy: false, words: '', error: undefined as unknown })

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (state.isBusy) return
    const form = event.currentTarget as HTMLFormElement
    change(state, { isBusy: true, words: '', error: undefined })
    try {
      const fields = Object.fromEntries(new FormData(form)) as Record<string, string>
      change(state, { words: await send(fields, form) })
      form.reset()
    } catch (error) {
      change(state, { error })
    }
    change(state, { isBusy: false })
  }

  return (
    <form class="fields" aria-label={label} onSubmit={submit}>
      {children}
      <button type="submit" aria-disabled={state.isBusy}>
        {button}
      </button>
      <Trouble of={state} />
      <p role="status">{state.words}</p>
    </form>
  )
}
