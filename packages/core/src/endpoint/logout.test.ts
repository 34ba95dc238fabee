import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { json, text } from '../../test/local-server.ts'
import { headerOf, jsonOf } from '../../test/reply.ts'
import { FETCH, NAVIGATION, request } from '../../test/request.ts'
import { ORIGIN, type Stage, setStage, TOKENS } from '../../test/stage.ts'
import { memoryStore } from '../store/memory.ts'

const FORM = { ...NAVIGATION, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})

afterEach(() => stage.close())

async function isSignedIn(browser: Browser): Promise<boolean> {
  return jsonOf(await browser.open('/auth/session', { headers: FETCH }))['authenticated'] === true
}

describe('a sign-out that nobody here asked for', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['an image of another site', 'GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a link of another site', 'GET', { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }],
    ['a link of our own', 'GET', { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }],
    ['a form of another site', 'POST', { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a form of a sibling domain', 'POST', { ...FORM, 'sec-fetch-site': 'same-site' }],
    ['a form of an old browser elsewhere', 'POST', { accept: 'text/html', origin: 'https://evil.example' }],
    ['a form without evidence', 'POST', { accept: 'text/html' }],
    ['fetch of another site', 'POST', { ...FETCH, 'sec-fetch-site': 'cross-site', 'x-postern': '1' }],
    ['HEAD', 'HEAD', FORM],
    ['DELETE', 'DELETE', FORM],
  ])('changes nothing: %s', async (_, method, headers) => {
    const browser = await stage.signedIn()
    const reply = await browser.open('/auth/logout', { method, headers })
    expect(reply.cookies).toEqual([])
    expect(await isSignedIn(browser)).toBe(true)
    expect(stage.events.some(({ type }) => type === 'signed_out')).toBe(false)
  })
})

describe('signing out', () => {
  it('ends the session here: neither its cookie nor a copy works, and nothing of it is left in the browser', async () => {
    const browser = await stage.signedIn()
    const copy = browser.copy()
    const reply = await browser.open('/auth/logout', { method: 'POST', headers: FORM })
    expect(reply.status).toBe(303)
    expect(headerOf(reply, 'location')).toBe(`${ORIGIN}/auth/signed-out?provider=a`)
    expect(headerOf(reply, 'cache-control')).toBe('no-store')
    expect(browser.cookies).not.toContain('session')
    expect(await isSignedIn(browser)).toBe(false)
    expect(await isSignedIn(copy)).toBe(false)
    expect(stage.events.at(-1)).toMatchObject({ type: 'signed_out', provider: 'a', subject: '42' })
  })

  it('answers a script with an address, never a redirect', async () => {
    const browser = await stage.signedIn()
    const reply = await browser.open('/auth/logout', { method: 'POST', headers: FETCH })
    expect(reply.status).toBe(200)
    expect(jsonOf(reply)).toEqual({ redirect: `${ORIGIN}/auth/signed-out?provider=a` })
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('deletes each part of a large session with the attributes it was set with', async () => {
    stage.server.on('/token', (response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ ...TOKENS, access_token: 'x'.repeat(10_000) }))
    })
    const browser = await stage.signedIn()
    const set = browser.replies.at(-1)?.cookies.filter(({ value }) => value !== '') ?? []
    const { cookies } = await browser.open('/auth/logout', { method: 'POST', headers: FORM })
    expect(set).toHaveLength(3)
    expect(cookies).toEqual(
      set.map(({ name, attributes }) => ({ name, value: '', attributes: { ...attributes, maxAge: 0 } })),
    )
  })

  it('is done once: again, twice at once and without a session it only says so', async () => {
    const browser = await stage.signedIn()
    const again = browser.copy()
    const nobody = stage.browser()
    const post = { method: 'POST', headers: FORM }
    const replies = await Promise.all([browser, again, nobody].map((one) => one.open('/auth/logout', post)))
    replies.push(await browser.open('/auth/logout', post))
    expect(replies.map(({ status }) => status)).toEqual([303, 303, 303, 303])
    const ended = stage.events.flatMap((event) => (event.type === 'signed_out' ? [event.session] : []))
    expect(new Set(ended).size).toBe(1)
  })

  describe.each([
    ['sealed', () => ({})],
    ['in a store', () => ({ gateway: { store: memoryStore() } })],
  ])('with cookies that make it ambiguous who is signed in, %s', (_, options) => {
    beforeEach(async () => {
      await stage.close()
      stage = await setStage(options())
    })

    it.each<[string, (one: string, other: string) => string]>([
      ['the same twice', (one) => `${one}; ${one}`],
      ['two that are alive', (one, other) => `${one}; ${other}`],
      ['a part of nobody', (one) => `${one}; __Host-postern.session.7=x`],
      ['many that are none', (one) => `${'__Host-postern.session=1.x; '.repeat(4)}${one}`],
    ])('ends every session that is among them: %s', async (__, header) => {
      const sessionOf = ({ cookies }: Browser): string =>
        cookies?.split('; ').find((pair) => pair.startsWith('__Host-postern.session=')) ?? ''
      const [one, other] = [sessionOf(await stage.signedIn()), sessionOf(await stage.signedIn())]
      const cookie = header(one, other)
      expect((await stage.browser(cookie).open('/auth/logout')).status).toBe(200)
      const reply = await stage.gateway.handle(
        request({ method: 'POST', target: '/auth/logout', headers: { ...FETCH, cookie } }),
      )
      expect(reply.status).toBe(200)
      expect(await isSignedIn(stage.browser(one))).toBe(false)
      expect(await isSignedIn(stage.browser(other))).toBe(!cookie.includes(other))
    })
  })

  it('of two people at once goes to the page that is nobody’s', async () => {
    const [one, other] = [await stage.signedIn(), await stage.signedIn()]
    const cookie = `${one.cookies}; ${other.cookies}`
    const headers = { ...FETCH, cookie }
    const reply = await stage.gateway.handle(request({ method: 'POST', target: '/auth/logout', headers }))
    expect(jsonOf(reply)).toEqual({ redirect: `${ORIGIN}/auth/signed-out` })
    expect(stage.events.filter(({ type }) => type === 'signed_out')).toHaveLength(2)
  })

  it('ends a large session beside parts that were planted', async () => {
    stage.server.on('/token', json(200, { ...TOKENS, access_token: 'x'.repeat(10_000) }))
    const browser = await stage.signedIn()
    const cookie = `__Host-postern.session.1=x; ${browser.cookies}; __Host-postern.session.2=x`
    const headers = { ...FETCH, cookie }
    await stage.gateway.handle(request({ method: 'POST', target: '/auth/logout', headers }))
    expect(await isSignedIn(browser)).toBe(false)
  })

  it.each([
    ['/bye', '/bye'],
    ['//evil.example', '/auth/signed-out?provider=a'],
    ['/\\evil.example', '/auth/signed-out?provider=a'],
    ['/.//evil.example', '/auth/signed-out?provider=a'],
    ['https://evil.example', '/auth/signed-out?provider=a'],
    ['javascript:alert(1)', '/auth/signed-out?provider=a'],
    ['/auth/login/a', '/auth/signed-out?provider=a'],
    ['/\r\nSet-Cookie: x=1', '/auth/signed-out?provider=a'],
  ])('goes where the page asked, if that is here: %j to %j', async (returnTo, path) => {
    const form = String(new URLSearchParams({ return_to: returnTo, post_logout_redirect_uri: 'https://evil.example' }))
    for (const facts of [{ form }, { query: `?${form}` }]) {
      const browser = await stage.signedIn()
      const target = `/auth/logout${'query' in facts ? facts.query : ''}`
      const reply = await browser.open(target, { method: 'POST', headers: FORM, ...facts })
      expect(headerOf(reply, 'location')).toBe(ORIGIN + path)
    }
  })

  it('does not wait for the provider, and does not need it', async () => {
    await stage.close()
    const capabilities = {
      refresh: true,
      rotation: false,
      revocation: true,
      endSession: false,
      idToken: false,
      pkce: true,
    }
    stage = await setStage({ provider: { capabilities } })
    stage.server.on('/revoke', text(200, ''))
    const browser = await stage.signedIn()
    expect((await browser.open('/auth/logout', { method: 'POST', headers: FORM })).status).toBe(303)
    await until(() => stage.server.receivedAt('/revoke').length === 2)
    const sent = stage.server.receivedAt('/revoke').map(({ body }) => new URLSearchParams(body).get('token_type_hint'))
    expect(sent).toEqual(['refresh_token', 'access_token'])
  })
})

describe('the page that asks', () => {
  it('shows one button and who is signed in, and signs nobody out', async () => {
    const browser = await stage.signedIn()
    const reply = await browser.open('/auth/logout?return_to=/bye')
    expect(reply.status).toBe(200)
    expect(reply.body).toContain('method="post"')
    expect(reply.body).toContain('Frieren')
    expect(reply.body).toContain('/bye')
    expect((await browser.open('/auth/logout?return_to=//evil.example')).body).not.toContain('evil')
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('is not shown to somebody who is not signed in', async () => {
    const reply = await stage.browser().open('/auth/logout')
    expect([reply.status, headerOf(reply, 'location')]).toEqual([303, `${ORIGIN}/auth/signed-out`])
  })
})

describe('a browser without fetch metadata, which hides where its form stood', () => {
  const SILENT = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
  const HIDDEN = { ...SILENT, origin: 'null' }

  async function confirmationFor(browser: Browser): Promise<string> {
    const { body = '' } = await browser.open('/auth/logout')
    return /name="confirmation" value="([^"]+)"/.exec(body)?.[1] ?? ''
  }

  function post(browser: Browser, confirmation: string, headers: Readonly<Record<string, string>> = HIDDEN) {
    const form = String(new URLSearchParams({ confirmation, return_to: '/bye' }))
    return browser.open('/auth/logout', { method: 'POST', headers, form })
  }

  it.each([[HIDDEN], [SILENT]])('signs out by the form of the page that asks: %j', async (headers) => {
    const browser = await stage.signedIn()
    const confirmation = await confirmationFor(browser)
    const reply = await post(browser, confirmation, headers)
    expect([reply.status, headerOf(reply, 'location')]).toEqual([303, `${ORIGIN}/bye`])
    expect(await isSignedIn(browser)).toBe(false)
    // A second click says that it is done.
    expect((await post(browser, confirmation, headers)).status).toBe(303)
  })

  it('stays signed in when the form is of another session, or made up', async () => {
    const browser = await stage.signedIn()
    const own = await confirmationFor(browser)
    const others = await confirmationFor(await stage.signedIn())
    for (const confirmation of ['', 'x', others, own.slice(0, -1), `${own}A`]) {
      expect([confirmation, (await post(browser, confirmation)).status]).toEqual([confirmation, 403])
    }
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('is not what another site can pass for', async () => {
    const browser = await stage.signedIn()
    const confirmation = await confirmationFor(browser)
    const elsewhere = [
      { ...HIDDEN, origin: 'https://evil.example' },
      { ...HIDDEN, 'sec-fetch-site': 'cross-site' },
      { ...HIDDEN, 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of elsewhere) expect((await post(browser, confirmation, headers)).status).toBe(403)
    expect(await isSignedIn(browser)).toBe(true)
  })
})

describe('the page that says it is done', () => {
  it('names what remains at the provider, and reflects nothing', async () => {
    const reply = await stage.browser().open('/auth/signed-out?provider=a&state=<script>&x=<script>')
    expect(reply.status).toBe(200)
    expect(reply.body).toContain('Provider A')
    expect(reply.body).not.toContain('<script>')
  })

  it.each(['state=x', 'state=', '', 'state=a&state=b', 'provider=x', 'provider=__proto__', 'error=x'])(
    'copes with any state a provider sends back: %s',
    async (query) => {
      const reply = await stage.browser().open(`/auth/signed-out?${query}`)
      expect(reply.status).toBe(200)
      expect(headerOf(reply, 'location')).toBeUndefined()
    },
  )
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
