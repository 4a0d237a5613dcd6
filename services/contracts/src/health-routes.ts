// How the lab is, as the gateway sees it: each dependency with its state, and what those say of theirs.
import Type, { type Static } from 'typebox'
import { anyone, defineRoute } from './route.ts'

export const Health = Type.Object(
  {
    service: Type.String(),
    status: Type.Enum(['up', 'degraded', 'down'], {
      description: 'up: all is well; degraded: something is missing; down: nothing can be shown or sold.',
    }),
    dependencies: Type.Record(
      Type.String(),
      Type.Object(
        {
          status: Type.Enum(['up', 'degraded', 'down'], {
            description: 'degraded: it answers, and misses something that it needs.',
          }),
          dependencies: Type.Optional(
            Type.Record(Type.String(), Type.Enum(['up', 'down']), {
              description: 'What it says of its own dependencies.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      { description: 'By name: api, users, inventory, lab.' },
    ),
  },
  { additionalProperties: false },
)
export type Health = Static<typeof Health>

export const getHealth = defineRoute({
  method: 'GET',
  path: '/api/health',
  summary: 'How the store is: every dependency with its state. 503 only while nothing can be shown or sold.',
  access: anyone,
  schema: { response: { 200: Health, 503: Health } },
})
