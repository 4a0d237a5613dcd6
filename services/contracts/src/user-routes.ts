// Customers of the shop, owned by users. An e-mail address stands in bodies only: paths and queries are logged by everybody
// between here and there.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { type Access, adminAlone, defineRoute } from './route.ts'
import { Cents, Country, emailAddress, lineOfText, PageQuery, type Segment, Timestamp, Uuid } from './shop.ts'

/** The segments that a customer can be in; `unknown` is said of an order whose customer nobody could tell. */
export const customerSegments = ['new', 'returning', 'vip', 'at_risk', 'churned'] as const satisfies readonly Segment[]
export const CustomerSegment = Type.Enum([...customerSegments], {
  description: "What the customer's orders say of their habits.",
})
export type CustomerSegment = (typeof customerSegments)[number]

const EmailAddress = emailAddress({ description: 'One customer an address; upper and lower case are the same.' })
const CustomerName = lineOfText({ maxLength: 100, description: 'What the customer wants to be called.' })

export const User = Type.Object(
  {
    id: Uuid,
    email: EmailAddress,
    name: Type.String(),
    country: Country,
    segment: CustomerSegment,
    createdAt: Timestamp,
    orders: Type.Object(
      {
        count: Type.Integer({ minimum: 0 }),
        totalCents: Cents,
        lastAt: Type.Union([Timestamp, Type.Null()], { description: 'null where there was no order yet.' }),
      },
      { additionalProperties: false, description: 'Confirmed orders, some moments after they were placed.' },
    ),
  },
  { additionalProperties: false },
)
export type User = Static<typeof User>

export const NewUser = Type.Object(
  { email: EmailAddress, name: CustomerName, country: Country },
  { additionalProperties: false },
)
export type NewUser = Static<typeof NewUser>

/** Oneself; those who run the shop or stand in for its customers, anybody. */
const ownAccount: Access = { anonymous: 'none', user: 'own', admin: 'all', test: 'all' }

export const createUser = defineRoute({
  method: 'POST',
  path: '/api/users',
  summary: 'Signs a customer up. 409 where the e-mail address is known already.',
  access: { anonymous: 'all', user: 'own', admin: 'all', test: 'all' },
  bodyLimitBytes: 4_096,
  schema: { body: NewUser, response: { 201: User, ...commonErrors } },
})

const UserParams = Type.Object({ id: Uuid }, { additionalProperties: false })

export const getUser = defineRoute({
  method: 'GET',
  path: '/api/users/:id',
  summary: 'One customer: oneself, or with a privileged token.',
  access: ownAccount,
  schema: { params: UserParams, response: { 200: User, ...commonErrors } },
})

export const UserChanges = Type.Object(
  { name: Type.Optional(CustomerName), country: Type.Optional(Country) },
  { additionalProperties: false, minProperties: 1 },
)
export type UserChanges = Static<typeof UserChanges>

export const updateUser = defineRoute({
  method: 'PATCH',
  path: '/api/users/:id',
  summary: 'Changes the name or the country of a customer; the e-mail address stays.',
  access: ownAccount,
  bodyLimitBytes: 4_096,
  schema: { params: UserParams, body: UserChanges, response: { 200: User, ...commonErrors } },
})

export const deleteUser = defineRoute({
  method: 'DELETE',
  path: '/api/users/:id',
  summary: 'Forgets a customer: name, address and statistics. Their orders stay with the shop.',
  access: ownAccount,
  schema: { params: UserParams, response: { 204: Type.Null(), ...commonErrors } },
})

export const UserPage = Type.Object(
  {
    users: Type.Array(User, { description: 'Those who signed up last come first.' }),
    page: Type.Integer(),
    pageSize: Type.Integer(),
    total: Type.Integer({ description: 'Customers in all pages; counted up to 10,000.' }),
  },
  { additionalProperties: false },
)
export type UserPage = Static<typeof UserPage>

export const listUsers = defineRoute({
  method: 'GET',
  path: '/api/users',
  summary: 'Customers, paged, by country and segment if asked; for the admin alone.',
  access: adminAlone,
  schema: {
    querystring: Type.Object(
      { country: Type.Optional(Country), segment: Type.Optional(CustomerSegment), ...PageQuery },
      { additionalProperties: false },
    ),
    response: { 200: UserPage, ...commonErrors },
  },
})

/** What an order has to know of its customer. */
export const CustomerCard = Type.Object(
  { id: Uuid, name: Type.String(), segment: CustomerSegment },
  { additionalProperties: false },
)
export type CustomerCard = Static<typeof CustomerCard>

/** Between services only. POST, because what is looked up by is an e-mail address. */
export const lookUpCustomer = defineRoute({
  method: 'POST',
  path: '/customers/look-up',
  summary: 'The customer with an e-mail address; 404 where nobody signed up with it.',
  bodyLimitBytes: 4_096,
  schema: {
    body: Type.Object({ email: EmailAddress }, { additionalProperties: false }),
    response: { 200: CustomerCard, ...commonErrors },
  },
})
