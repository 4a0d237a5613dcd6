import type { ServerResponse } from 'node:http'

/**
 * Calls back once when the response is over. `complete`: its last byte has been handed on; otherwise the caller hung up
 * before. Looks at the event `finish`, which `inject` sends as well, and not at writableFinished, which stays false there.
 */
export function whenOver(response: ServerResponse, callback: (complete: boolean) => void): void {
  let complete = false
  response.once('finish', () => {
    complete = true
  })
  response.once('close', () => callback(complete))
}
