import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser } from '../../test/browser.ts'
import { json, text } from '../../test/local-server.ts'
import { hooked, startProcesses } from '../../test/processes.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { headerOf, jsonOf } from '../../test/reply.ts'
import { FETCH, request } from '../../test/request.ts'
import { NEWEST, OLDER } from '../../test/secrets.ts'
import { START } from '../../test/session.ts'
import { held, ORIGIN, type Stage, setStage, TOKENS } from '../../test/stage.ts'
import { createGateway } from '../gateway.ts'
import type { Reply } from '../http/decision.ts'
import type { Store } from '../store/store.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})

afterEach(() => stage.close())

describe('what a page’s scripts learn', () => {
  it('is that nobody is signed in, without an error', async () => {
    const reply = await stage.browser().open('/auth/session', { headers: FETCH })
    expect(reply.status).toBe(200)
    expect(jsonOf(reply)).toEqual({ authenticated: false })
  })

  it('is who is signed in, by an allow-list, and never a token', async () => {
    const tokens = JSON.stringify({ ...TOKENS, id_token: 'canary-id-token' })
    const polluted = tokens.replace('{', '{"__proto__":{"isAdmin":true},"user":{"id":"evil"},"sub":"evil",')
    stage.server.on('/token', text(200, polluted, { 'content-type': 'application/json' }))
    const browser = await stage.signedIn()
    const reply = await browser.open('/auth/session', { headers: FETCH })
    expect(jsonOf(reply)).toEqual({
      authenticated: true,
      provider: 'a',
      user: { id: '42', name: 'Frieren' },
      scope: ['read'],
      signedInAt: new Date(START).toISOString(),
      expiresAt: new Date(START + 7 * 86_400_000).toISOString(),
      signInAgainAt: new Date(START + 30 * 86_400_000).toISOString(),
    })
    expect(reply.body).not.toContain('canary')
  })

  it('is for them alone: no cache keeps it, no other origin reads it', async () => {
    const browser = await stage.signedIn()
    for (const one of [browser, stage.browser()]) {
      const reply = await one.open('/auth/session', { headers: { ...FETCH, origin: 'https://evil.example' } })
      expect(headerOf(reply, 'cache-control')).toBe('no-store')
      expect(headerOf(reply, 'vary')).toBe('cookie')
      expect(headerOf(reply, 'cross-origin-resource-policy')).toBe('same-origin')
      expect(reply.headers.some(([name]) => name.startsWith('access-control'))).toBe(false)
    }
  })

  it('is no activity: a page that keeps asking keeps nobody signed in', async () => {
    const browser = await stage.signedIn()
    for (let day = 0; day < 7; day += 1) {
      const reply = await browser.open('/auth/session', { headers: FETCH })
      expect(jsonOf(reply)['authenticated']).toBe(true)
      expect(reply.cookies).toEqual([])
      stage.now.advance(86_400_000)
    }
    expect(jsonOf(await browser.open('/auth/session', { headers: FETCH }))['authenticated']).toBe(false)
  })

  it('is nobody when the provider that vouched for them is no longer configured', async () => {
    const browser = await stage.signedIn()
    const later = createGateway({
      origin: ORIGIN,
      secrets: [NEWEST],
      providers: [oauth2Provider('https://as.example', { id: 'other' })],
      processes: 1,
      now: stage.now,
    })
    const reply = await createBrowser(later, browser.cookies).open('/auth/session', { headers: FETCH })
    expect(jsonOf(reply)).toEqual({ authenticated: false })
  })
})

describe('asking while secrets are rotated', () => {
  it('is enough to outlive the old one, with a session in a store too, and is still no activity', async () => {
    const processes = await startProcesses()
    const header = await processes.signedIn(processes.start(undefined, { secrets: [OLDER] }))
    const operations: (keyof Store)[] = []
    const counted = (store: Store): Store => hooked(store, (name) => operations.push(name))
    const rotating = processes.start(counted, { secrets: [NEWEST, OLDER] })
    const ends = new Date(START + 7 * 86_400_000).toISOString()
    processes.now.advance(86_400_000)

    const browser = createBrowser(rotating, header)
    const [first] = await Promise.all([browser, browser.copy()].map((one) => one.open('/auth/session')))
    expect(first?.cookies).toHaveLength(1)
    expect(operations.filter((name) => name === 'put').length).toBeLessThanOrEqual(2)
    for (const one of [browser, browser.copy()]) expect((await one.open('/auth/session')).cookies).toEqual([])
    expect(operations.filter((name) => name === 'put').length).toBeLessThanOrEqual(2)

    const rotated = createBrowser(processes.start(undefined, { secrets: [NEWEST] }), browser.cookies)
    expect(jsonOf(await rotated.open('/auth/session'))).toMatchObject({ authenticated: true, expiresAt: ends })
    await processes.close()
  })

  it('writes no cookie while tokens are being renewed: it could reach the browser after that which holds them', async () => {
    const rotating = await setStage({ gateway: { secrets: [NEWEST, OLDER] } })
    const { server, now } = rotating
    const before = createGateway({
      origin: ORIGIN,
      secrets: [OLDER],
      providers: [oauth2Provider(server.origin, { id: 'a' })],
      processes: 1,
      now,
    })
    const browser = createBrowser(before)
    await browser.open(rotating.callbackFor(await browser.goToProvider()))
    const { cookies = '' } = browser
    now.advance(3_600_000)

    const renewed = held(json(200, { ...TOKENS, access_token: 'renewed', refresh_token: 'rotated' }))
    server.on('/token', renewed.respond)
    const visit = rotating.gateway.visit(request({ target: '/', headers: { cookie: cookies } }))
    const { auth } = visit
    const token = auth.authenticated ? auth.accessToken() : undefined
    const asking = (): Promise<Reply> => createBrowser(rotating.gateway, cookies).open('/auth/session')
    expect((await asking()).cookies).toEqual([])
    renewed.release()
    expect(await token).toBe('renewed')
    expect(visit.settle(undefined)?.cookies).toHaveLength(1)
    expect((await asking()).cookies).toHaveLength(1)
    await Promise.all([before.close(), rotating.close()])
  })
})

describe('a cookie that makes no sense', () => {
  it.each(['=', '=1.', '=%E0%A4%A', '=1.v1.x.y', '=9.x', '="1.x"', '', '=1.v1.AAAAAAAA.', '=\u00e9'])(
    'is nobody, and no error: %s',
    async (value) => {
      const reply = await stage.browser(`__Host-postern.session${value}`).open('/auth/session', { headers: FETCH })
      expect(reply.status).toBe(200)
      expect(jsonOf(reply)).toEqual({ authenticated: false })
    },
  )

  it('is nobody with a token in another header, either', async () => {
    const headers = { ...FETCH, authorization: 'Bearer canary-access-token' }
    expect(jsonOf(await stage.browser().open('/auth/session', { headers }))).toEqual({ authenticated: false })
  })
})
