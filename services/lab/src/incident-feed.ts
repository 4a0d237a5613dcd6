// Who watches incidents live. What somebody missed is in the store, by revision.
import type { StoredIncident } from './incident-store.ts'

export type IncidentListener = (incident: StoredIncident) => void

export interface IncidentFeed {
  publish(incident: StoredIncident): void
  /** Throws nothing; the function that is returned ends it. */
  listen(listener: IncidentListener): () => void
  readonly size: number
}

export function makeIncidentFeed(): IncidentFeed {
  const listeners = new Set<IncidentListener>()
  return {
    publish(incident) {
      for (const listener of listeners) listener(incident)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get size() {
      return listeners.size
    },
  }
}
