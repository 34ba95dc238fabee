import { createGateway, insecureLoopback, type Store } from '@postern/core'
import { anilist } from '@postern/providers/anilist'
import { oidc } from '@postern/providers/oidc'
import type { Browsers } from './browser.ts'
import type { OpenIdProvider } from './openid-provider/openid-provider.ts'
import type { DemoAniList } from './provider/anilist.ts'

export interface DemoGatewayOptions {
  readonly origin: string
  readonly secret: string
  /** Absent: sessions are sealed in the browser's cookie. */
  readonly store: Store | undefined
  readonly aniList: DemoAniList
  readonly openIdProvider: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'>
  readonly browsers: Browsers
}

export type DemoGateway = ReturnType<typeof createDemoGateway>

declare module '@postern/core' {
  interface Register {
    gateway: DemoGateway
  }
}

/** The one gateway of the demo. Fastify and Koa mount the same. */
export function createDemoGateway({ origin, secret, store, aniList, openIdProvider, browsers }: DemoGatewayOptions) {
  const { issuer, clientId, clientSecret } = openIdProvider
  return createGateway({
    origin,
    secrets: [secret],
    providers: [
      anilist(aniList.options),
      oidc({
        id: 'openid',
        name: 'OpenID Provider',
        issuer,
        clientId,
        clientSecret,
        scope: ['openid', 'profile', 'offline_access'],
        // OpenID Connect Core section 11: without consent, offline_access is ignored.
        authorizationParameters: { prompt: 'consent' },
        apiOrigins: [issuer],
        capabilities: { rotation: true },
        loopback: insecureLoopback,
        // Only a store can find the sessions that the provider names.
        backchannelLogout: store === undefined ? undefined : 'accept',
      }),
    ],
    ...(store === undefined ? {} : { store }),
    processes: 1,
    proxy: { '/api/anilist': { target: aniList.api, provider: 'anilist' } },
    onEvent: browsers.record,
    now: browsers.now,
  })
}
