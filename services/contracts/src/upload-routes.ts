// Bulk upload of products: handed in at once, done by product-worker, looked up as a job.
import Type, { type Static } from 'typebox'
import { categories } from './catalogue.ts'
import { commonErrors, ErrorBody } from './errors.ts'
import { journeys } from './journeys.ts'
import { defineRoute, staff } from './route.ts'
import { IdempotencyKey, lineOfText, noControlCharacters, Timestamp, Uuid } from './shop.ts'

/** One upload holds no more rows than this. */
export const maxUploadRows = 10_000

/** One message of an upload holds no more rows than this: more are no faster, and a message stays far below Kafka's megabyte. */
export const maxMessageRows = 500

/** A job keeps the first errors; how many rows were refused in all is in its counts. */
export const maxJobErrors = 100

/** One product as it is handed in. Its SKU names it: a second upload of the same SKU changes the product. */
export const UploadRow = Type.Object(
  {
    sku: Type.String({
      pattern: '^[A-Z0-9][A-Z0-9-]{2,39}$',
      description: "The shop's own article number: 3 to 40 capital letters, digits and hyphens.",
    }),
    name: lineOfText({ maxLength: 200, description: 'One line, without control characters.' }),
    description: Type.String({
      pattern: noControlCharacters,
      maxLength: 1_000,
      description: 'Lines of text; may be empty, and holds no control characters but line breaks and tabs.',
    }),
    category: Type.Enum([...categories]),
    priceCents: Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Money in US cents.' }),
  },
  { additionalProperties: false },
)
export type UploadRow = Static<typeof UploadRow>

export const UploadRequest = Type.Object(
  {
    products: Type.Array(
      Type.Unknown({
        description:
          'sku, name, description, category, priceCents. Each row is checked by itself: one that is wrong becomes an error of the job, and the others go on.',
      }),
      { minItems: 1, maxItems: maxUploadRows },
    ),
  },
  { additionalProperties: false },
)

export const jobStates = ['queued', 'running', 'done', 'failed'] as const
export type JobState = (typeof jobStates)[number]

export const RowError = Type.Object(
  {
    row: Type.Integer({ description: 'Place in body.products, from 0.' }),
    field: Type.Optional(
      Type.String({ description: 'The field that was wrong; absent where the row as a whole was.' }),
    ),
    message: Type.String({ description: 'What was wrong, and what would be right.' }),
  },
  { additionalProperties: false },
)
export type RowError = Static<typeof RowError>

export const UploadJob = Type.Object(
  {
    id: Uuid,
    state: Type.Enum([...jobStates], {
      description:
        'queued: nobody has begun; running: some rows are in; done: every good row is in; failed: none was good, or some were given up (`failure` says why).',
    }),
    rows: Type.Object(
      {
        total: Type.Integer({
          description: 'Rows handed in: written + waiting + refused, once done written + refused.',
        }),
        refused: Type.Integer({ description: 'Rows that were wrong; each is in `errors`, as far as that list goes.' }),
        written: Type.Integer({ description: 'Rows that are products now.' }),
        created: Type.Integer({ description: 'Those of the written rows whose SKU was new.' }),
      },
      { additionalProperties: false },
    ),
    errors: Type.Array(RowError, { description: `The first ${maxJobErrors} rows that were wrong.` }),
    failure: Type.Optional(Type.String({ description: 'Why rows were given up.' })),
    createdAt: Timestamp,
    finishedAt: Type.Union([Timestamp, Type.Null()]),
  },
  { additionalProperties: false },
)
export type UploadJob = Static<typeof UploadJob>

export const uploadProducts = defineRoute({
  method: 'POST',
  path: '/api/admin/upload-products',
  summary: `Takes up to ${maxUploadRows} products and answers with a job. The same Idempotency-Key gives the same job.`,
  access: staff,
  journey: journeys.productUpload,
  // Two hundred and fifty bytes a row, when there are ten thousand.
  bodyLimitBytes: 2_500_000,
  schema: {
    headers: Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) }),
    body: UploadRequest,
    response: { 202: UploadJob, 422: ErrorBody, ...commonErrors },
  },
})

export const getJob = defineRoute({
  method: 'GET',
  path: '/api/admin/jobs/:id',
  summary: 'How far an upload is: its state, its counts, and what was wrong with which row.',
  access: staff,
  schema: {
    params: Type.Object({ id: Uuid }, { additionalProperties: false }),
    response: { 200: UploadJob, ...commonErrors },
  },
})
