import { pathOf } from '@techmart/contracts/route'
import { getJob, uploadProducts as uploadProductsRoute } from '@techmart/contracts/upload-routes'
import { readCaller } from '@techmart/platform/caller'
import { addRoute, type HttpApp } from '@techmart/platform/http-app'
import { keyReused, notFound } from '@techmart/platform/refusals'
import { takeTurns } from '../take-turns.ts'
import type { UploadProducts } from '../upload-products.ts'
import type { UploadStore } from '../upload-store.ts'

export interface UploadRoutesDeps {
  readonly uploadProducts: UploadProducts
  readonly uploads: UploadStore
}

/** In a scope of their own, for the sake of the turns. */
export function addUploadRoutes(app: HttpApp, { uploadProducts, uploads }: UploadRoutesDeps): void {
  app.register(async scope => {
    const admin = scope as unknown as HttpApp
    // Some five hundred rows are small; a turn must come while the request still has time for its work.
    takeTurns(admin, { smallBytes: 131_072, waitMs: 4_000 })

    addRoute(admin, uploadProductsRoute, async (request, reply) => {
      const result = await uploadProducts({
        products: request.body.products,
        idempotencyKey: request.headers['idempotency-key'],
        caller: readCaller(request.headers).role,
      })
      if (result.outcome === 'key-reused') {
        throw keyReused('This Idempotency-Key was used for another upload; a new upload needs a new key.')
      }
      return reply
        .code(202)
        .header('location', pathOf(getJob, { id: result.job.id }))
        .send(result.job)
    })

    addRoute(admin, getJob, async request => {
      const job = await uploads.find(request.params.id)
      if (job === undefined) throw notFound(`There is no job ${request.params.id}.`, { field: 'params.id' })
      return job
    })
  })
}
