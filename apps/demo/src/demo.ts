import { randomBytes } from 'node:crypto'
import type { Auth, ProvidersOf } from '@postern/core'
import type { Arguments } from './arguments.ts'
import { type Browsers, createBrowsers } from './browser.ts'
import { createDemoGateway, type DemoGateway } from './gateway.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider/openid-provider.ts'
import type { Answer } from './page/answer.ts'
import type { Page } from './page/page.ts'
import { demoPages } from './page/table.ts'
import { chooseAniList, type DemoAniList } from './provider/anilist.ts'
import { chooseStore } from './store.ts'

export interface DemoOptions {
  readonly origin: string
  /** For the foot of the pages. */
  readonly adapterName: 'Fastify' | 'Koa'
  readonly store: Arguments['store']
  readonly environment: NodeJS.ProcessEnv
}

/** Everything but the framework. */
export interface Demo {
  readonly gateway: DemoGateway
  readonly browsers: Browsers
  readonly pages: readonly Page[]
  /** Origin of the stand-in for AniList, when there is one. */
  readonly standIn: string | undefined
  /** Issuer of the OpenID Provider. */
  readonly issuer: string
  /**
   * Answers a request for one of `pages`.
   *
   * @param auth asked for only by pages that want to know: reading it is not free where sessions are in a store
   */
  answer(page: Page, auth: () => Auth<ProvidersOf<DemoGateway>>, target: string): Promise<Answer>
  /** Ends what runs beside the server. The adapter closes the gateway. */
  close(): Promise<void>
}

export async function createDemo(options: DemoOptions): Promise<Demo> {
  const { origin, store: kind, environment } = options
  const store = await chooseStore(kind, environment)
  const aniList = await chooseAniList(environment, `${origin}/auth/callback/anilist`)
  let openIdProvider: OpenIdProvider | undefined
  const close = async (): Promise<void> => {
    await Promise.all([aniList.standIn?.close(), openIdProvider?.close()])
  }
  try {
    openIdProvider = await startOpenIdProvider({
      name: 'Postern demo',
      origin,
      redirectUri: `${origin}/auth/callback/openid`,
      postLogoutRedirectUri: `${origin}/auth/signed-out`,
      backchannelLogoutUri: store === undefined ? undefined : `${origin}/auth/backchannel-logout/openid`,
    })
    const secret = environment.DEMO_SECRET ?? randomBytes(32).toString('base64')
    const browsers = createBrowsers()
    const gateway = createDemoGateway({ origin, secret, store, aniList, openIdProvider, browsers })
    return { ...furnish(options, { gateway, browsers, aniList, openIdProvider }), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Parts extends Pick<Demo, 'gateway' | 'browsers'> {
  readonly aniList: DemoAniList
  readonly openIdProvider: OpenIdProvider
}

/** The pages, round a gateway that is there. */
function furnish({ origin, adapterName: adapter, store }: DemoOptions, parts: Parts): Omit<Demo, 'close'> {
  const { gateway, browsers, aniList, openIdProvider } = parts
  const standIn = aniList.standIn?.origin
  const { issuer, signOutUrl } = openIdProvider
  const running = { adapter, store, standIn, issuer, signOutUrl }
  return {
    gateway,
    browsers,
    pages: demoPages({ aniList, openIdProvider, sessions: gateway.sessions, running }),
    standIn,
    issuer,
    async answer(page, auth, target) {
      const browser = browsers.current()
      if (browser === undefined) throw new Error('A page was asked for outside of browsers.enter().')
      return page.respond({
        get auth() {
          return auth()
        },
        browser,
        query: new URL(target, origin).searchParams,
      })
    },
  }
}
