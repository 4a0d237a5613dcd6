// Who asks. The gateway checks the token and tells the inner services in these headers; it drops them when they come from outside.
export const roles = ['anonymous', 'user', 'admin', 'test'] as const
export type Role = (typeof roles)[number]

export const identityHeaders = {
  role: 'x-techmart-role',
  /** The customer's e-mail address, for the role `user`. */
  customer: 'x-techmart-customer',
} as const

/**
 * Set on a reply by the service that counted the request as a journey's event. A failed reply without it never reached the
 * journey, so the gateway counts it; the header itself does not leave the gateway.
 */
export const journeyCountedHeader = 'x-techmart-journey'
