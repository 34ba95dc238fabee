import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureIn, failureOf } from '../test/failure.ts'
import { json, text } from '../test/local-server.ts'
import { replyOf } from '../test/reply.ts'
import { FETCH, NAVIGATION, type RequestFacts, request } from '../test/request.ts'
import { START } from '../test/session.ts'
import { held, ORIGIN, type Stage, setStage } from '../test/stage.ts'
import type { Visit } from './contract.ts'
import { GatewayError } from './error.ts'
import { NEXT } from './http/decision.ts'
import type { OAuth2Provider } from './provider/provider.ts'
import { memoryStore } from './store/memory.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})

afterEach(() => stage.close())

function visitWith(cookies: string | undefined, facts: RequestFacts = { headers: FETCH }): Visit {
  const headers = cookies === undefined ? (facts.headers ?? {}) : { ...facts.headers, cookie: cookies }
  return stage.gateway.visit(request({ ...facts, headers }))
}

describe('a visit', () => {
  it('costs nothing until somebody asks, and is looked into once', async () => {
    // Whether a session is alive is a question of time, so nothing was looked into before the clock was.
    let looks = 0
    await stage.close()
    stage = await setStage({
      gateway: {
        now: () => {
          looks += 1
          return START
        },
      },
    })
    const { cookies } = await stage.signedIn()
    looks = 0
    const visit = visitWith(cookies)
    expect(visit.settle(undefined)).toBeUndefined()
    expect(looks).toBe(0)
    const first = visit.auth
    expect(first.authenticated).toBe(true)
    const afterFirst = looks
    expect(afterFirst).toBeGreaterThan(0)
    expect(visit.auth).toBe(first)
    expect(visit.load()).toBeUndefined()
    expect(looks).toBe(afterFirst)
  })

  it('never asks the provider about a session that needs nothing', async () => {
    const { cookies } = await stage.signedIn()
    const before = stage.server.received.length
    expect(visitWith(cookies).guard({})).toBe(NEXT)
    expect(visitWith(cookies).auth.authenticated).toBe(true)
    expect(stage.server.received).toHaveLength(before)
  })

  it('is answered at once where sessions live in cookies', async () => {
    const visit = visitWith((await stage.signedIn()).cookies)
    expect(visit.load()).toBeUndefined()
    expect(visit.guard({})).toBe(NEXT)
  })

  it('of a stranger sees nobody, whatever they send', () => {
    for (const cookies of [undefined, '', '__Host-postern.session=1.x', 'postern.session=1.x', '%', '=;=;']) {
      const visit = visitWith(cookies)
      expect(visit.auth).toEqual({ authenticated: false })
      expect(replyOf(visit.guard({}) as ReturnType<typeof replyOf>).status).toBe(401)
      expect(visit.settle(undefined)).toBeUndefined()
    }
  })

  it('shows who is signed in, and when that ends', async () => {
    const { auth } = visitWith((await stage.signedIn()).cookies)
    expect(auth).toMatchObject({
      authenticated: true,
      provider: 'a',
      subject: '42',
      user: { id: '42', name: 'Frieren' },
      scope: ['read'],
    })
    expect(JSON.stringify(auth)).not.toContain('canary')
  })
})

describe('what a visit leaves behind', () => {
  it('is nothing, most of the time', async () => {
    const visit = visitWith((await stage.signedIn()).cookies)
    expect(visit.auth.authenticated).toBe(true)
    expect(visit.settle(undefined)).toBeUndefined()
  })

  it('is a session that lives on, after a tenth of the idle time, if somebody looked at it', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(86_400_000)
    expect(visitWith(cookies).settle(undefined)).toBeUndefined()
    const visit = visitWith(cookies)
    expect(visit.auth.authenticated).toBe(true)
    const settlement = visit.settle(undefined)
    expect(settlement?.cookies).toHaveLength(1)
    expect(settlement?.headers).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'cookie'],
    ])
  })

  it.each(['public', 'public, max-age=600', 'max-age=600, PUBLIC', 's-maxage=60', 'private="x",s-maxage = 60'])(
    'is nothing on an answer that shared caches may keep: %s',
    async (cacheControl) => {
      const { cookies } = await stage.signedIn()
      stage.now.advance(86_400_000)
      const visit = visitWith(cookies)
      expect(visit.auth.authenticated).toBe(true)
      expect(visit.settle(cacheControl)).toBeUndefined()
    },
  )

  it.each([undefined, '', 'no-store', 'private', 'max-age=600', 'no-cache, x-public-y'])(
    'is kept out of caches on any other answer: %s',
    async (cacheControl) => {
      const { cookies } = await stage.signedIn()
      stage.now.advance(86_400_000)
      const visit = visitWith(cookies)
      expect(visit.auth.authenticated).toBe(true)
      expect(visit.settle(cacheControl)?.headers).toContainEqual(['cache-control', 'private, no-store'])
    },
  )

  it('does not bring back a session that was ended while the request was handled', async () => {
    const browser = await stage.signedIn()
    stage.now.advance(86_400_000)
    const slow = visitWith(browser.cookies)
    expect(slow.auth.authenticated).toBe(true)
    await browser.open('/auth/logout', { method: 'POST', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } })
    expect(slow.settle(undefined)).toBeUndefined()
  })
})

describe('a session that is due for refreshing', () => {
  it('ends when the provider will not have it, and its cookie goes with it', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(3_600_000)
    stage.server.on('/token', json(400, { error: 'invalid_grant' }))
    const visit = visitWith(cookies)
    if (!visit.auth.authenticated) throw new Error('not signed in')
    expect((await failureOf(visit.auth.accessToken())).code).toBe('sign_in_required')
    const deleted = visit.settle(undefined)?.cookies
    expect(deleted?.map(({ value, attributes }) => [value, attributes.maxAge])).toEqual([['', 0]])
    expect(visitWith(cookies).auth.authenticated).toBe(false)
  })
})

describe('sessions in a store', () => {
  beforeEach(async () => {
    await stage.close()
    stage = await setStage({ gateway: { store: memoryStore() } })
  })

  it('need no further cookie: activity is written down in the store, and the first one lasts as long as they may', async () => {
    const browser = stage.browser()
    const page = await browser.open(stage.callbackFor(await browser.goToProvider()))
    const [cookie] = page.cookies.filter(({ name }) => name === '__Host-postern.session')
    expect(cookie?.attributes.maxAge).toBe(30 * 86_400)
    stage.now.advance(6 * 86_400_000)
    const visit = visitWith(browser.cookies)
    await visit.load()
    expect(visit.auth.authenticated).toBe(true)
    expect(visit.settle(undefined)).toBeUndefined()
    stage.now.advance(6 * 86_400_000)
    const later = visitWith(browser.cookies)
    await later.load()
    expect(later.auth.authenticated).toBe(true)
  })

  it('are asked for in time, and never taken for nobody', async () => {
    const { cookies } = await stage.signedIn()
    const visit = visitWith(cookies)
    expect(failureIn(() => visit.auth).code).toBe('session_not_loaded')
    const guarded = visitWith(cookies)
    expect(await guarded.guard({})).toBe(NEXT)
    expect(guarded.auth.authenticated).toBe(true)
  })

  it('are looked up once for a request, however many guards it meets', async () => {
    const { cookies } = await stage.signedIn()
    await stage.close()
    const looks: string[] = []
    const empty = memoryStore()
    const get = (key: string) => {
      looks.push(key)
      return empty.get(key)
    }
    stage = await setStage({ gateway: { store: { ...empty, get } } })
    const visit = visitWith(cookies)
    await Promise.all([visit.guard({}), visit.load(), visit.guard({})])
    await visit.guard({})
    expect(looks).toHaveLength(1)
  })

  it('that cannot be reached let nobody pass and sign nobody out', async () => {
    const { cookies } = await stage.signedIn()
    await stage.close()
    const down = { ...memoryStore(), get: () => Promise.reject(new GatewayError('store_unavailable')) }
    stage = await setStage({ gateway: { store: down } })
    const visit = visitWith(cookies)
    expect((await failureOf(Promise.resolve(visit.guard({})))).code).toBe('store_unavailable')
    expect(visit.settle(undefined)).toBeUndefined()
  })
})

describe('a profile that was out of reach at sign-in', () => {
  const LATER = 5_000

  const provider: Partial<OAuth2Provider> = {
    identifyOffline: () => ({ id: '42' }),
    async identify({ fetch }) {
      const { status, json: profile } = await fetch(`${stage.server.origin}/me`)
      if (status !== 200) throw new GatewayError('provider_unavailable')
      // The scripted profile is whatever the test says.
      return profile as { id: string; name: string }
    },
  }

  /** The cookies of a browser that signed in during the outage. */
  async function missed(): Promise<string | undefined> {
    stage.server.on('/me', text(503, 'later'))
    const { cookies } = await stage.signedIn()
    stage.now.advance(LATER)
    return cookies
  }

  describe.each([
    ['in cookies', () => undefined, 1],
    ['in a store', () => memoryStore(), 0],
  ])('%s', (_, store, cookiesOfAChange) => {
    beforeEach(async () => {
      await stage.close()
      const kept = store()
      stage = await setStage({ provider, gateway: kept === undefined ? {} : { store: kept } })
    })

    it('is fetched before a guarded route, and kept', async () => {
      const cookies = await missed()
      stage.server.on('/me', json(200, { id: '42', name: 'Frieren' }))
      const visit = visitWith(cookies)
      expect(await visit.guard({})).toBe(NEXT)
      expect(visit.auth).toMatchObject({ authenticated: true, user: { id: '42', name: 'Frieren' } })
      expect(visit.settle(undefined)?.cookies ?? []).toHaveLength(cookiesOfAChange)
      expect(stage.events.at(-1)).toMatchObject({ type: 'profile_fetched', subject: '42' })
    })

    it('is judged by the guard once it is there', async () => {
      const cookies = await missed()
      stage.server.on('/me', json(200, { id: '42', name: 'Demon' }))
      const decision = await visitWith(cookies).guard({ where: ({ user }) => user.name !== 'Demon' })
      expect(replyOf(decision).status).toBe(403)
    })

    it('of somebody else is not used, and the session goes on as it was', async () => {
      const cookies = await missed()
      stage.server.on('/me', json(200, { id: '43', name: 'Fern' }))
      const visit = visitWith(cookies)
      expect(await visit.guard({})).toBe(NEXT)
      expect(visit.auth).toMatchObject({ subject: '42', user: { id: '42' } })
      expect(visit.auth.user).not.toHaveProperty('name')
    })

    it('does not let pass whoever signs out while it is fetched', async () => {
      const cookies = await missed()
      const profile = held(json(200, { id: '42', name: 'Frieren' }))
      stage.server.on('/me', profile.respond)
      const visit = visitWith(cookies, { headers: NAVIGATION })
      const decision = visit.guard({})
      const signOut = { method: 'POST', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } }
      await stage.browser(cookies).open('/auth/logout', signOut)
      profile.release()
      expect(replyOf(await decision).status).toBe(303)
      expect(visit.auth.authenticated).toBe(false)
      expect(visit.settle(undefined)?.cookies ?? []).toEqual([])
    })

    it('does not undo what happened to the session while it was fetched', async () => {
      const cookies = await missed()
      stage.now.advance(3_600_000)
      const profile = held(json(200, { id: '42', name: 'Frieren' }))
      stage.server.on('/me', profile.respond)
      const slow = visitWith(cookies)
      const decision = slow.guard({})
      const quick = visitWith(cookies)
      await quick.load()
      if (!quick.auth.authenticated) throw new Error('not signed in')
      stage.server.on('/token', json(200, { access_token: 'renewed', token_type: 'Bearer', expires_in: 3_600 }))
      expect(await quick.auth.accessToken()).toBe('renewed')
      profile.release()
      expect(await decision).toBe(NEXT)
      if (!slow.auth.authenticated) throw new Error('not signed in')
      expect(await slow.auth.accessToken()).toBe('renewed')
      expect(stage.tokenRequests()).toBe(2)
    })
  })

  it('in a store, does not undo what its owner did to the session meanwhile', async () => {
    await stage.close()
    stage = await setStage({ provider, gateway: { store: memoryStore() } })
    const cookies = await missed()
    const profile = held(json(200, { id: '42', name: 'Frieren' }))
    stage.server.on('/me', profile.respond)
    const decision = visitWith(cookies).guard({})
    const owner = stage.browser(cookies)
    const [session] = await stage.gateway.sessions.list({ provider: 'a', subject: '42' })
    const form = String(new URLSearchParams({ action: 'rename', id: session?.id ?? '', label: 'Phone' }))
    expect((await owner.open('/auth/sessions', { method: 'POST', headers: FETCH, form })).body).toContain('true')
    profile.release()
    expect(await decision).toBe(NEXT)
    const [after] = await stage.gateway.sessions.list({ provider: 'a', subject: '42' })
    expect(after?.label).toBe('Phone')
  })
})

describe('the application’s own calls', () => {
  it('leave for the provider’s own API, and for no other address', async () => {
    await stage.close()
    stage = await setStage({ provider: { apiOrigins: ['https://api.example'] } })
    const { auth } = visitWith((await stage.signedIn()).cookies)
    if (!auth.authenticated) throw new Error('not signed in')
    for (const address of [
      stage.server.origin,
      'https://evil.example/',
      `${ORIGIN}/me`,
      'https://api.example@evil.example/',
      'http://api.example/',
    ]) {
      expect((await failureOf(auth.fetch(address))).code).toBe('api_origin_refused')
    }
  })
})
