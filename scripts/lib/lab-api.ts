// The lab service from outside, through the gateway: faults, the alert inbox, the dead man's switch.
import type { Fault, FaultRequest } from '@techmart/contracts/faults'
import { Fault as FaultSchema } from '@techmart/contracts/faults'
import { Mark, type MarkRequest, postMark } from '@techmart/contracts/incident-routes'
import {
  DeadMan,
  FaultList,
  getDeadMan,
  type InboxEntry,
  InboxPage,
  listFaults,
  listInbox,
  startFault,
  stopAllFaults,
  stopFault,
} from '@techmart/contracts/lab-routes'
import { pathOf } from '@techmart/contracts/route'
import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import { callJson, HttpError } from './http-json.ts'

export interface LabApi {
  listFaults(): Promise<Fault[]>
  startFault(request: FaultRequest): Promise<Fault>
  stopFault(id: string): Promise<void>
  /** The faults that are left: none, if the lab keeps its word. */
  stopAllFaults(): Promise<Fault[]>
  /** Alerts as delivered, oldest first; those after an id, or the last ones. */
  listInbox(query?: { after?: number; alertname?: string; limit?: number }): Promise<InboxEntry[]>
  getDeadMan(): Promise<DeadMan>
  /** Writes down that something happened that is no fault: a deploy, a stopped container, a recovery. */
  postMark(mark: MarkRequest): Promise<void>
}

const owner = 'The lab (through the gateway)'

/** `storeUrl` is the gateway's published address: http://localhost:8080. */
export function makeLabApi(storeUrl: string): LabApi {
  async function call<S extends TSchema>(schema: S, path: string, method = 'GET', body?: object): Promise<Static<S>> {
    const answer = await callJson(`${storeUrl}${path}`, { method, owner, ...(body ? { body } : {}) })
    if (!Value.Check(schema, answer)) {
      const [first] = Value.Errors(schema, answer)
      throw new HttpError(
        `${owner} answered ${method} ${path} in an unknown shape: ${first?.instancePath} ${first?.message}`,
        200,
        {
          body: answer,
        },
      )
    }
    return answer as Static<S>
  }

  return {
    listFaults: async () => (await call(FaultList, listFaults.path)).faults,
    startFault: request => call(FaultSchema, startFault.path, 'POST', request),
    stopFault: async id => {
      await callJson(`${storeUrl}${pathOf(stopFault, { id })}`, { method: 'DELETE', owner })
    },
    stopAllFaults: async () => (await call(FaultList, stopAllFaults.path, 'DELETE')).faults,
    listInbox: async (query = {}) => {
      const parameters = new URLSearchParams()
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) parameters.set(name, String(value))
      }
      return (await call(InboxPage, `${listInbox.path}?${parameters}`)).entries
    },
    getDeadMan: () => call(DeadMan, getDeadMan.path),
    postMark: async mark => {
      await call(Mark, postMark.path, 'POST', mark)
    },
  }
}
