// What must not leave a service in its telemetry: values of queries, and wherever they slipped in, e-mail addresses, card
// numbers and tokens. The collector looks for the same once more.

const emailPattern = /[\p{L}\p{N}._%+-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu
// Thirteen to nineteen digits, the first from 3 to 6, in one or in the groups that are printed on cards. No timestamp of this
// century begins so, and no UUID holds it.
const cardPattern =
  /(?<![\w.])[3-6]\d{3}(?:\d{9,15}|(?:(?:[ +-]|%20)\d{4}){3}|(?:[ +-]|%20)\d{6}(?:[ +-]|%20)\d{5})(?!\w)/g
const tokenPattern = /\bBearer(?: |%20|\+)+[^\s"',;]+|\b(?:user|admin|test)-token-\w+/gi

/** The text with every e-mail address (plain or percent-encoded), card number and token blotted out. */
export function withoutSecrets(text: string): string {
  let clean = text
  if (clean.includes('@') || clean.includes('%40')) clean = clean.replace(emailPattern, '[e-mail]')
  if (/[3-6]\d{3}/.test(clean)) clean = clean.replace(cardPattern, '[card]')
  if (/bearer|-token-/i.test(clean)) clean = clean.replace(tokenPattern, '[token]')
  return clean
}

const plainName = /^[a-z][a-z_.[\]-]{0,39}$/i

/**
 * `email=ada%40x.example&page=2` becomes `email=REDACTED&page=REDACTED`: names tell what was asked, values whom it is about. A name
 * that is no plain word may be a value that lost its name.
 */
export const withoutQueryValues = (query: string): string =>
  query
    .split('&')
    .map(pair => {
      const [name = '', ...values] = pair.split('=')
      const said = name === '' || plainName.test(name) ? name : 'REDACTED'
      return values.length > 0 ? `${said}=REDACTED` : said
    })
    .join('&')

// Words, a word with a short number (v1, WELCOME10), short numbers, UUIDs, trace ids.
const plainSegment =
  /^(?:[a-z]{1,24}(?:[._-][a-z]{1,24})*|[a-z]{1,12}\d{1,4}|\d{1,10}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32})?$/i

/** A path keeps what the lab's own paths are made of; any other segment may be somebody's address, card or token. */
export const withoutPathSecrets = (path: string): string =>
  path
    .split('/')
    .map(segment => (plainSegment.test(segment) ? segment : 'REDACTED'))
    .join('/')

/** The same for a whole URL, with its query; the fragment goes, and so do credentials. */
export function withoutUrlSecrets(url: string): string {
  const [beforeFragment = ''] = url.split('#', 1)
  const at = beforeFragment.indexOf('?')
  const address = (at < 0 ? beforeFragment : beforeFragment.slice(0, at)).replace(/:\/\/[^/@\s]*@/, '://')
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/]*)?(.*)$/is.exec(address) ?? []
  const clean = origin + withoutPathSecrets(path)
  return at < 0 ? clean : `${clean}?${withoutQueryValues(beforeFragment.slice(at + 1))}`
}
