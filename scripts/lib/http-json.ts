// JSON over HTTP for scripts: every call has a limit, and a failure says which address did not answer and what to do about it.

export class HttpError extends Error {
  override name = 'HttpError'
  /** 0 when there was no answer at all. */
  readonly status: number
  readonly body: unknown

  constructor(message: string, status: number, options: { body?: unknown; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.status = status
    this.body = options.body
  }
}

export interface JsonRequest {
  readonly method?: string
  readonly body?: object
  readonly timeoutMs?: number
  /** What the address belongs to, for messages: "the lab", "Prometheus". */
  readonly owner: string
}

/** The parsed body, undefined where there is none. Throws HttpError for no answer, and for 4xx and 5xx. */
export async function callJson(url: string, request: JsonRequest): Promise<unknown> {
  const { method = 'GET', body, timeoutMs = 5000, owner } = request
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    text = await response.text()
  } catch (cause) {
    throw new HttpError(`${owner} does not answer at ${new URL(url).origin}: ${reasonOf(cause)}`, 0, { cause })
  }
  const answer = readJson(text)
  if (!response.ok) {
    const message = (answer as { message?: string; error?: string } | undefined)?.message ?? text.slice(0, 200)
    throw new HttpError(
      `${owner} refused ${method} ${new URL(url).pathname} (${response.status}): ${message}`,
      response.status,
      {
        body: answer,
      },
    )
  }
  return answer
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** fetch hides why it failed in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause as { code?: string; message?: string } | undefined
  return cause?.code ?? cause?.message ?? error.message
}
