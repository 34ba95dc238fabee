import { once } from 'node:events'
import { request } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createGateway, type Gateway, type GatewayEvent, type GatewayRequest, type Store } from '@postern/core'
import postern from '@postern/fastify'
import { json } from '@postern/testing'
import Fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectAlive, expectClean, expectSession, sessionCookies, transactionCookies } from '../outcomes.ts'
import { startProcess } from '../processes.ts'
import {
  idpOf,
  ORIGIN,
  openStage,
  type Pending,
  pendingLogin,
  SECRET,
  SESSION,
  signIn,
  startLogin,
  TRANSACTION,
  useServers,
} from '../stage.ts'
import { useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()

describe.each(ADAPTERS)('on %s, a gateway under load', (adapter) => {
  it('keeps nothing for people who have not signed in (DS-01)', async () => {
    const { store, calls } = counted(stores.open('memory'))
    const { app } = await openStage(adapter, servers, { store })
    // Not with `fetch`, which says that it is a script: those start no sign-in.
    const visit = async (path: string) => {
      const [answer] = await once(request(app.address + path, { headers: { accept: 'text/html' } }).end(), 'response')
      answer.resume()
      await once(answer, 'end')
      return answer.statusCode
    }
    await visit('/auth/login/idp')
    const before = heap()
    for (let round = 0; round < 60; round += 1) {
      const starts = await Promise.all(Array.from({ length: 50 }, () => visit('/auth/login/idp?return_to=/two')))
      expect(new Set(starts)).toEqual(new Set([303]))
      const others = ['/members', '/auth/session', '/auth/callback/idp?code=x&state=y'].map(visit)
      expect(await Promise.all(others)).toEqual([303, 200, 400])
    }
    expect(calls).toEqual([])
    // Most of what is there is the log of this test.
    expect(heap() - before).toBeLessThan(48 * 1024 * 1024)
  })

  it('tells a browser with too many cookies so, and clears its own (DS-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    await startLogin(browser)
    const own = browser.cookies.header(ORIGIN) ?? ''
    const junk = `junk=${'x'.repeat(15_000 - own.length)}; ${own}`
    for (const path of ['/auth/login/idp', '/auth/session', '/members']) {
      const page = await browser.navigate(path, { headers: { cookie: junk }, redirects: 'manual' })
      expect([path, page.status]).toEqual([path, 431])
      expect(page.headers.get('cache-control')).toContain('no-store')
      const cleared = page.setCookies.filter((line) => line.includes('Max-Age=0')).map((line) => line.split('=', 1)[0])
      expect(cleared).toContain(SESSION)
      expect(cleared.some((name) => name?.startsWith(TRANSACTION))).toBe(true)
    }
    expect(sessionCookies(browser)).toEqual([])
    expect(transactionCookies(browser)).toEqual([])
    // With those gone, it can sign in.
    await signIn(browser)
    await expectSession(browser)
  })

  it('clears no session where it is enough to forget the sign-ins under way (DS-02, TX-08)', async () => {
    const { browser } = await openStage(adapter, servers)
    await signIn(browser)
    await startLogin(browser)
    const own = browser.cookies.header(ORIGIN) ?? ''
    const headers = { cookie: `junk=${'x'.repeat(14_400 - own.length)}; ${own}` }
    expect((await browser.navigate('/auth/session', { headers, redirects: 'manual' })).status).toBe(431)
    expect(transactionCookies(browser)).toEqual([])
    await expectSession(browser)
  })

  it('clears its session cookie also where it is the flood (DS-02, DS-04)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (const path of ['/auth/session', '/members']) {
      const headers = { cookie: `${SESSION}=${'x'.repeat(14_500)}` }
      const page = await browser.navigate(path, { headers, redirects: 'manual' })
      expect([path, page.status]).toEqual([path, 431])
      expect(page.setCookies).toEqual([`${SESSION}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`])
    }
  })

  it.each([
    ['two hundred cookies', Array.from({ length: 200 }, (_, index) => `c${index}=${'v'.repeat(50)}`).join('; ')],
    [
      'ten thousand names that look like ours',
      Array.from({ length: 10_000 }, (_, index) => `${SESSION}.${index}=x`).join('; '),
    ],
    ['a megabyte', `x=${'y'.repeat(1_000_000)}`],
    ['nothing but separators', ';'.repeat(13_000)],
    ['nothing but our name', `${SESSION}=`.repeat(500)],
    ['our prefix, over and over', `${TRANSACTION}`.repeat(600)],
  ])('is not impressed by %s (DS-02, DS-04)', async (_, cookie) => {
    const { browser } = await openStage(adapter, servers)
    for (const path of ['/auth/session', '/auth/login/idp', '/members']) {
      const startedAt = performance.now()
      const { status } = await browser.raw(
        `GET ${path} HTTP/1.1\r\nHost: app.example\r\nAccept: application/json\r\nConnection: close\r\nCookie: ${cookie}\r\n\r\n`,
      )
      expect([200, 303, 400, 401, 431]).toContain(status)
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    }
    await expectAlive(browser)
  })

  it('serves everybody else while two hundred callbacks hang at the provider (DS-03)', async () => {
    const { browser, newBrowser, app } = await openStage(adapter, servers, { facts: { timeout: 3 } })
    await signIn(browser)
    servers.idp.change({ endpoints: { token: 'hang' } })
    const pending: Pending[] = []
    for (let count = 0; count < 200; count += 1) pending.push(await pendingLogin(newBrowser()))
    const hanging = pending.map(({ deliver }) => deliver())
    await until(() => servers.received('token').length > 200)
    const times: number[] = []
    for (let count = 0; count < 20; count += 1) {
      const startedAt = performance.now()
      expect((await browser.fetch(count % 2 === 0 ? '/health' : '/members', { from: ORIGIN })).status).toBe(200)
      times.push(performance.now() - startedAt)
    }
    expect(times.sort((a, b) => a - b)[10]).toBeLessThan(200)
    const statuses = new Set((await Promise.all(hanging)).map(({ status }) => status))
    expect([...statuses]).toEqual([504])
    servers.idp.restore()
    expect(app.log()).not.toContain('unhandled')
    await signIn(newBrowser())
  }, 30_000)

  it('reads hostile text in no time (DS-05)', async () => {
    const { browser } = await openStage(adapter, servers)
    const size = 60_000
    const texts = [
      '/'.repeat(size),
      '/a'.repeat(size / 2),
      '/%2e%2e'.repeat(size / 7),
      `/${'%25'.repeat(size / 3)}`,
      `/${'../'.repeat(size / 3)}`,
      `/${'a '.repeat(size / 2)}`,
      '\\'.repeat(size),
      `/${'\t'.repeat(size)}`,
      `/${'%E2%80%A8'.repeat(size / 9)}`,
      `/?${'&'.repeat(size)}`,
      `/${'%'.repeat(size)}`,
    ]
    for (const text of texts) {
      for (const [path, name] of [
        ['/auth/login/idp', 'return_to'],
        ['/auth/login', 'target_link_uri'],
        ['/auth/logout', 'return_to'],
      ] as const) {
        // What is measured is the gateway, not the reading of the form: that is done before.
        const body = new URLSearchParams({
          [name]: text.slice(0, 20_000),
          ...(name === 'target_link_uri' ? { iss: servers.idp.issuer } : {}),
        })
        const startedAt = performance.now()
        const page = await browser.navigate(path, { method: 'POST', body, from: `${ORIGIN}/`, redirects: 'manual' })
        expect(page.status).toBeLessThan(500)
        expect(performance.now() - startedAt).toBeLessThan(250)
      }
    }
    for (const query of [
      'a'.repeat(8_000),
      '&'.repeat(8_000),
      'a=b&'.repeat(2_000),
      '%'.repeat(8_000),
      'code=a;'.repeat(1_000),
    ]) {
      const startedAt = performance.now()
      expect((await browser.navigate(`/auth/callback/idp?${query}`, { redirects: 'manual' })).status).toBe(400)
      expect(performance.now() - startedAt).toBeLessThan(250)
    }
  })

  it('stops a sign-in whose session never comes back, says why, and lets the next one try (DS-06)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time })
    const statuses: number[] = []
    for (let count = 0; count < 8; count += 1) {
      const page = await browser.navigate('/members')
      statuses.push(page.status)
      browser.cookies.clear(SESSION)
      if (page.status === 200) continue
      expectClean(page, 400)
      expect(page.text).toContain('sign_in_loop')
      break
    }
    expect(statuses.at(-1)).toBe(400)
    expect(statuses.length).toBeLessThanOrEqual(6)
    time += 5_001
    expect((await browser.navigate('/members')).status).toBe(200)
    await expectSession(browser)
  })

  it('makes no loop where no cookie at all is kept, and none of a session that works (DS-06, decision 25)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const page = await browser.navigate('/members', { headers: { cookie: '' } })
    expectClean(page, 400)
    expect(page.chain.filter(({ url }) => url.includes('/auth/login')).length).toBe(1)
    // Somebody who signs in again and again, and is signed in each time, is no loop.
    const busy = newBrowser()
    for (let count = 0; count < 10; count += 1) expect((await signIn(busy)).status).toBe(200)
    await expectSession(busy)
    // Nor is somebody who starts and never finishes.
    const lazy = newBrowser()
    for (let count = 0; count < 10; count += 1) expect((await startLogin(lazy)).status).toBe(303)
    expect((await signIn(lazy)).status).toBe(200)
  })

  it('limits what one client may do, where it is told to (DS-08)', async () => {
    const rate = { requests: 5, seconds: 60 }
    let time = Date.now()
    const { browser, newBrowser } = await openStage(adapter, servers, {
      now: () => time,
      rates: { login: rate, callback: rate, backchannelLogout: rate },
      store: stores.open('memory'),
      facts: { backchannelLogout: 'accept' },
    })
    for (const [path, method] of [
      ['/auth/login/idp', 'GET'],
      ['/auth/callback/idp?code=x&state=y', 'GET'],
      ['/auth/backchannel-logout/idp', 'POST'],
    ] as const) {
      const statuses: number[] = []
      for (let count = 0; count < 8; count += 1) {
        const page = await newBrowser().navigate(path, { method, redirects: 'manual' })
        statuses.push(page.status)
        if (page.status === 429) {
          expectClean(page, 429)
          expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
        }
      }
      expect(statuses.filter((status) => status === 429).length, path).toBe(3)
    }
    // What is not limited goes on, and so does everything when its time has come.
    await expectAlive(browser)
    time += 61_000
    expect((await startLogin(browser)).status).toBe(303)
  })

  it('does not wait for a provider that cannot revoke at the moment when it is told to stop (DS-07, LO-07)', async () => {
    const { browser, gateway, events } = await openStage(adapter, servers)
    await signIn(browser)
    servers.idp.change({ endpoints: { revocation: json(503, {}) } })
    await browser.fetch('/auth/logout', { from: ORIGIN, method: 'POST' })
    await until(() => servers.received('revocation').length === 1)
    const startedAt = performance.now()
    await gateway.close()
    expect(performance.now() - startedAt).toBeLessThan(800)
    expect(events.at(-1)).toMatchObject({ type: 'revocation_given_up', provider: 'idp' })
  })

  it('finishes a callback that is under way when it is told to stop, and starts no more (DS-07)', async () => {
    const { app, browser, newBrowser, gateway } = await openStage(adapter, servers)
    const hold = Promise.withResolvers<void>()
    servers.idp.change({ endpoints: { token: () => hold.promise.then(() => 'default' as const) } })
    const pending = await pendingLogin(browser, '?return_to=/two')
    const page = pending.deliver()
    await until(() => servers.received('token').length === 1)
    const closed = gateway.close()
    const refused = await startLogin(newBrowser())
    expectClean(refused, 503)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    hold.resolve()
    expect([(await page).status, (await page).location]).toEqual([303, `${ORIGIN}/two`])
    await closed
    expect(app.log()).not.toMatch(/unhandled/i)
  })
})

describe.each(ADAPTERS)('on %s, a process that is asked to stop', (adapter) => {
  it('finishes a renewal that is under way, and what was won is not lost (DS-07)', async () => {
    servers.idp.change({ accessTokenLifetime: 2 })
    const settings = {
      adapter,
      issuer: servers.idp.issuer,
      redis: { url: stores.redisUrl, prefix: stores.newPrefix() },
    }
    const one = await startProcess(settings)
    const browser = one.newBrowser()
    await signIn(browser)
    await new Promise((resolve) => setTimeout(resolve, 2_050))
    const hold = Promise.withResolvers<void>()
    servers.idp.change({
      accessTokenLifetime: 2,
      endpoints: {
        token: async (_request, defaultAnswer) => {
          const answer = await defaultAnswer()
          await hold.promise
          return answer
        },
      },
    })
    const renewing = browser.fetch('/token', { from: ORIGIN }).catch((error: unknown) => error)
    await until(() => servers.received('token').length === 2)
    one.child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 150))
    hold.resolve()
    await renewing
    expect([await one.ended, one.complaints()]).toEqual([0, ''])

    servers.idp.change({ accessTokenLifetime: 2, endpoints: {} })
    const two = await startProcess(settings)
    const later = two.newBrowser()
    later.cookies.restore(browser.cookies.snapshot())
    await expectSession(later)
    await new Promise((resolve) => setTimeout(resolve, 2_050))
    expect((await later.fetch('/token', { from: ORIGIN })).status).toBe(200)
    const presented = servers.received('token').map(({ form }) => form.get('refresh_token'))
    expect(new Set(presented).size).toBe(presented.length)
  }, 40_000)

  it('and has nothing to do is gone at once (DS-07)', async () => {
    const one = await startProcess({ adapter, issuer: servers.idp.issuer })
    await signIn(one.newBrowser())
    const startedAt = performance.now()
    one.child.kill('SIGTERM')
    expect(await one.ended).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  }, 20_000)
})

describe('a gateway by itself', () => {
  const open = (more: Partial<Parameters<typeof createGateway>[0]> = {}): Gateway => {
    const gateway = createGateway({ origin: ORIGIN, secrets: [SECRET], ...more, providers: [idpOf(servers.idp)] })
    onTestFinished(() => gateway.close())
    return gateway
  }

  it('keeps nothing of a hundred thousand sign-ins that one client starts (DS-01, CVE-2021-22119)', {
    timeout: 120_000,
  }, async () => {
    const { store, calls } = counted(stores.open('memory'))
    let started = 0
    const onEvent = ({ type }: GatewayEvent) => {
      if (type === 'sign_in_started') started += 1
    }
    const gateway = open({ store, onEvent })
    const start = async (times: number) => {
      for (let count = 0; count < times; count += 1) await gateway.handle(navigation('/auth/login/idp?return_to=/two'))
    }
    await start(1_000)
    const before = heap()
    await start(99_000)
    expect([started, calls]).toEqual([100_000, []])
    // Forty octets of each would show.
    expect(heap() - before).toBeLessThan(4 * 1024 * 1024)
  })

  it('reads a hundred kilobytes of any header or query in no time (DS-05, CVE-2025-25200)', async () => {
    const gateway = open()
    const texts = ['a', ' ', ',', 'a,', ';q=', '\t', ':', '%', '/', '"', '=', ', a'].map((text) =>
      text.repeat(100_000 / text.length),
    )
    const names = [
      ...['accept', 'accept-language', 'authorization', 'content-type', 'cookie', 'forwarded', 'host', 'origin'],
      ...['purpose', 'referer', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'sec-purpose', 'user-agent'],
      ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-postern', 'x-requested-with'],
    ]
    const slow: string[] = []
    const time = async (what: string, request: GatewayRequest) => {
      const startedAt = performance.now()
      const { status } = await gateway.handle(request)
      // What looks at the rest again for every character takes many seconds.
      if (status >= 500 || performance.now() - startedAt > 500) slow.push(`${what}: ${status}`)
    }
    for (const path of ['/auth/login/idp', '/auth/login', '/auth/session', '/auth/callback/idp', '/auth/logout']) {
      for (const text of texts) {
        const asks = `${path} with ${JSON.stringify(text.slice(0, 3))} in`
        for (const name of names) await time(`${asks} ${name}`, navigation(path, { [name]: text }))
        await time(`${asks} the query`, navigation(`${path}?${text}`))
        await time(`${asks} return_to`, navigation(`${path}?return_to=/${text}`))
      }
    }
    expect(slow).toEqual([])
  })
})

/** A person's browser opens an address. */
function navigation(target: string, more: Readonly<Record<string, string>> = {}): GatewayRequest {
  const headers = { host: 'app.example', accept: 'text/html', 'sec-fetch-mode': 'navigate', ...more }
  const rawHeaders = Object.entries(headers).flat()
  return { method: 'GET', target, headers, rawHeaders, form: async () => new URLSearchParams() }
}

describe('Fastify', () => {
  it('closes without an error although a callback takes longer than its plugins may (DS-07)', async () => {
    const stage = await openStage('koa', servers, { facts: { timeout: 2 } })
    const app = Fastify({ pluginTimeout: 300 })
    await app.register(postern, { gateway: stage.gateway })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const browser = stage.newBrowser({ hosts: { [ORIGIN]: address } })
    servers.idp.change({ endpoints: { token: 'hang' } })
    const pending = await pendingLogin(browser)
    const page = pending.deliver()
    await until(() => servers.received('token').length === 1)
    const startedAt = performance.now()
    await app.close()
    expect(performance.now() - startedAt).toBeGreaterThan(1_000)
    expectClean(await page, 504)
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Octets that are still needed. */
function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** A store that tells what it was asked to write. */
function counted(store: Store): { readonly store: Store; readonly calls: readonly string[] } {
  const calls: string[] = []
  return {
    calls,
    store: new Proxy(store, {
      get(target, name: keyof Store) {
        const method = target[name]
        return (...parameters: readonly unknown[]) => {
          if (name === 'put' || name === 'lease') calls.push(name)
          return Reflect.apply(method as () => unknown, target, parameters)
        }
      },
    }),
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(condition()).toBe(true)
}
