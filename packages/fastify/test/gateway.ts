import { createGateway, defineProvider, type GatewayOptions } from '@postern/core'

/** A provider that exists in this process only: a code is the name of whom it signs in. */
export const castle = defineProvider({
  id: 'castle',
  protocol: 'oauth2',
  name: 'Castle',
  clientId: 'fastify-tests',
  clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
  endpoints: { authorization: 'https://castle.example/authorize', token: 'https://castle.example/token' },
  capabilities: { refresh: true },
  identify: async ({ accessToken }) => ({ id: accessToken, name: accessToken, towers: 4 }),
})

type Changes = Partial<Omit<GatewayOptions, 'providers' | 'signInWith' | 'proxy'>>

export function createCastleGateway(changes: Changes = {}) {
  return createGateway({
    origin: 'https://app.example',
    secrets: ['q8Zt3Yw0uN5sKbV1xJ7mDfRcGhL2eAoP4iCyT6Ba'],
    fetch: async (_input, init) => {
      const code = new URLSearchParams(String(init?.body)).get('code')
      return Response.json({ access_token: code, token_type: 'bearer', expires_in: 31_536_000 })
    },
    ...changes,
    providers: [castle],
  })
}
