/**
 * For Fastify's `rewriteUrl`. A request line may name a whole URL (RFC 9112, 3.2.2); what is asked for is its path and query, as
 * they are written: what was routed is what everybody after it sees.
 */
export function toOriginForm({ url = '/' }: { readonly url?: string | undefined }): string {
  const afterHost = /^https?:\/\/[^/?#]+(.*)$/is.exec(url)?.[1]
  if (afterHost === undefined) return url
  return afterHost.startsWith('/') ? afterHost : `/${afterHost}`
}
