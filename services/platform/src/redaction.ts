// What must not leave a service in its telemetry: values of queries, and e-mail addresses wherever they slipped in.

const emailPattern = /[\p{L}\p{N}._%+-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu

/** The text with every e-mail address (plain or percent-encoded) blotted out. */
export const withoutEmails = (text: string): string =>
  text.includes('@') || text.includes('%40') ? text.replace(emailPattern, '[e-mail]') : text

/** `email=ada%40x.example&page=2` becomes `email=REDACTED&page=REDACTED`: names tell what was asked, values whom it is about. */
export const withoutQueryValues = (query: string): string =>
  withoutEmails(
    query
      .split('&')
      .map(pair => (pair.includes('=') ? `${pair.slice(0, pair.indexOf('='))}=REDACTED` : pair))
      .join('&'),
  )

/** The same for the query of a whole URL; the fragment goes, and so do credentials. */
export function withoutUrlSecrets(url: string): string {
  const [beforeFragment = ''] = url.split('#', 1)
  const at = beforeFragment.indexOf('?')
  const address = (at < 0 ? beforeFragment : beforeFragment.slice(0, at)).replace(/:\/\/[^/@\s]*@/, '://')
  return at < 0 ? address : `${address}?${withoutQueryValues(beforeFragment.slice(at + 1))}`
}
