// Does a task again and again until closed, never twice at once. What it does about an error is the task's own business.

export interface RepeatOptions {
  readonly everyMs: number
  readonly task: () => Promise<void> | void
}

/** The first run is at once. Closing waits for the run that is under way. */
export function startRepeating({ everyMs, task }: RepeatOptions): AsyncDisposable {
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const run = (): void => {
    running = Promise.resolve(task()).finally(() => {
      if (!closed) timer = setTimeout(run, everyMs)
    })
  }
  run()

  return {
    async [Symbol.asyncDispose]() {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
