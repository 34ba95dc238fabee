import { createGateway, defineProvider, type Gateway } from '@postern/core'

/** A gateway whose one provider is never asked anything. */
export function createCastleGateway(basePath = '/app/auth'): Gateway {
  return createGateway({
    origin: 'https://app.example',
    basePath,
    secrets: ['h2Nw8Rk5tZqX0vYb3LmCsD7gJfPaEiUo1K4eM9xT'],
    providers: [
      defineProvider({
        id: 'castle',
        protocol: 'oauth2',
        name: 'Castle',
        clientId: 'node-tests',
        clientAuthentication: { method: 'none' },
        endpoints: { authorization: 'https://castle.example/authorize', token: 'https://castle.example/token' },
        apiOrigins: ['https://castle.example'],
        identify: async () => ({ id: '1' }),
      }),
    ],
    proxy: { '/app/api': { target: 'https://castle.example/v1', provider: 'castle' } },
  })
}
