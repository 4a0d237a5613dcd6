// The key that reads one order without signing in. It is computed, not stored: whoever reads the database cannot use it.
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface OrderKeys {
  keyOf(orderId: string): string
  opens(orderId: string, key: string): boolean
}

export function makeOrderKeys(secret: string): OrderKeys {
  const digest = (orderId: string) => createHmac('sha256', secret).update(orderId).digest()
  return {
    keyOf: orderId => digest(orderId).toString('base64url'),
    opens(orderId, key) {
      const wanted = digest(orderId)
      const given = Buffer.from(key, 'base64url')
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
  }
}
