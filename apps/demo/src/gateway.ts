import { createGateway } from '@postern/core'
import { type AniListOptions, anilist } from '@postern/providers/anilist'
import type { Browsers } from './browser.ts'

export interface DemoGatewayOptions {
  readonly origin: string
  readonly secret: string
  readonly provider: AniListOptions
  readonly browsers: Browsers
}

export type DemoGateway = ReturnType<typeof createDemoGateway>

declare module '@postern/core' {
  interface Register {
    gateway: DemoGateway
  }
}

/** The one gateway of the demo. Fastify and Koa mount the same. */
export function createDemoGateway({ origin, secret, provider, browsers }: DemoGatewayOptions) {
  return createGateway({
    origin,
    secrets: [secret],
    providers: [anilist(provider)],
    onEvent: browsers.record,
    now: browsers.now,
  })
}
