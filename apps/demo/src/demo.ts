import { randomBytes } from 'node:crypto'
import type { Auth, ProvidersOf } from '@postern/core'
import { type Browsers, createBrowsers } from './browser.ts'
import { createDemoGateway, type DemoGateway } from './gateway.ts'
import type { Answer } from './page/answer.ts'
import type { Page } from './page/page.ts'
import { demoPages } from './page/table.ts'
import { chooseProvider } from './provider.ts'

export interface DemoOptions {
  readonly origin: string
  /** For the foot of the pages. */
  readonly adapterName: 'Fastify' | 'Koa'
  readonly environment: NodeJS.ProcessEnv
}

/** Everything but the framework. */
export interface Demo {
  readonly gateway: DemoGateway
  readonly browsers: Browsers
  readonly pages: readonly Page[]
  /** Origin of the stand-in for AniList, when there is one. */
  readonly standIn: string | undefined
  /** Answers a request for one of `pages`. */
  answer(page: Page, auth: Auth<ProvidersOf<DemoGateway>>, target: string): Promise<Answer>
  /** Ends what runs beside the server. The adapter closes the gateway. */
  close(): Promise<void>
}

export async function createDemo({ origin, adapterName, environment }: DemoOptions): Promise<Demo> {
  const browsers = createBrowsers()
  const provider = await chooseProvider(environment, `${origin}/auth/callback/anilist`)
  const close = async (): Promise<void> => provider.standIn?.close()
  const secret = environment.DEMO_SECRET ?? randomBytes(32).toString('base64')
  try {
    const gateway = createDemoGateway({ origin, secret, provider: provider.options, browsers })
    const standIn = provider.standIn?.origin
    return {
      gateway,
      browsers,
      pages: demoPages(provider, { adapter: adapterName, standIn }),
      standIn,
      async answer(page, auth, target) {
        const browser = browsers.current()
        if (browser === undefined) throw new Error('A page was asked for outside of browsers.enter().')
        return page.respond({ auth, browser, query: new URL(target, origin).searchParams })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
