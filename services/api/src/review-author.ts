// Who wrote a review, without saying who it is: computed from the e-mail address with a secret, so that whoever reads the table
// cannot try addresses against it.
import { createHmac } from 'node:crypto'

export type AuthorIdOf = (email: string) => string

export function makeAuthorIds(secret: string): AuthorIdOf {
  return email => createHmac('sha256', secret).update(`review author ${email.toLowerCase()}`).digest('base64url')
}
