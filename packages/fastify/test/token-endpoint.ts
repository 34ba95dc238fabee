import type { Gateway, GatewayOptions } from '@postern/core'

/** Tokens that expire, and a gateway that gets them. */
export interface TokenEndpoint {
  readonly gateway: Gateway
  /** Lets time pass until access tokens have expired. */
  expireTokens(): void
  /** Refresh tokens are dead from now on. */
  refuseRefresh(): void
}

type Changes = Pick<GatewayOptions, 'fetch' | 'now'>

/** A token endpoint whose tokens live for a minute, behind a gateway that `create` makes. */
export function createTokenEndpoint(create: (changes: Changes) => Gateway): TokenEndpoint {
  let now = Date.now()
  let isRefused = false
  let issued = 0
  const gateway = create({
    now: () => now,
    fetch: async (_input, init) => {
      const form = new URLSearchParams(String(init?.body))
      const isRefresh = form.get('grant_type') === 'refresh_token'
      if (isRefresh && isRefused) return Response.json({ error: 'invalid_grant' }, { status: 400 })
      issued += 1
      const token = form.get('code') ?? `renewed-${issued}`
      return Response.json({ access_token: token, token_type: 'bearer', expires_in: 60, refresh_token: `r-${issued}` })
    },
  })
  return {
    gateway,
    expireTokens() {
      now += 120_000
    },
    refuseRefresh() {
      isRefused = true
    },
  }
}
