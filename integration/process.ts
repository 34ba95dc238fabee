import { createGateway, insecureLoopback } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { redisStore } from '@postern/redis'
import { type Adapter, startApp } from './apps.ts'

/** How a process of the application is started: as JSON, in its first argument. */
export interface ProcessSettings {
  readonly adapter: Adapter
  readonly origin: string
  readonly secret: string
  readonly issuer: string
  readonly clientSecret: string
  /** Without it, sessions are sealed. */
  readonly redis?: { readonly url: string; readonly prefix: string } | undefined
  /** Seconds one call to the provider may take. */
  readonly timeout?: number | undefined
}

// One process of the application, for rows that only processes can show: they share a store, are killed, and are
// asked to stop. The first line it prints is where it listens.
const settings = JSON.parse(process.argv[2] ?? '{}') as ProcessSettings
const { adapter, origin, secret, issuer, clientSecret, redis, timeout = 2 } = settings
const gateway = createGateway({
  origin,
  secrets: [secret],
  ...(redis === undefined ? {} : { store: redisStore(redis) }),
  providers: [oidc({ id: 'idp', issuer, clientId: 'rows', clientSecret, loopback: insecureLoopback, timeout })],
})
const app = await startApp(adapter, gateway)
console.log(app.address)
process.once('SIGTERM', () => {
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
