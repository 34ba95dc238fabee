import { createGateway, defineProvider, insecureLoopback } from '@postern/core'
import { postern } from '@postern/koa'
import Koa from 'koa'

export function start({ port }) {
  const gateway = createGateway({
    origin: `http://127.0.0.1:${port}`,
    secrets: ['b3nch-0nly-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA'],
    providers: [
      defineProvider({
        protocol: 'oidc',
        id: 'bench',
        name: 'Bench',
        issuer: 'http://127.0.0.1:1',
        clientId: 'bench',
        clientAuthentication: { method: 'client_secret_post', clientSecret: 'bench-client-secret' },
        loopback: insecureLoopback,
        identify: async ({ claims }) => ({ id: String(claims.sub) }),
      }),
    ],
  })
  const app = new Koa()
  app.use(postern(gateway))
  app.use((ctx) => {
    ctx.body = {}
  })
  return new Promise((resolve) => {
    app.listen(port, '127.0.0.1', resolve)
  })
}
