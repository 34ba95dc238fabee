import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedOrigin } from '../../test/local-server.ts'
import { oidcProvider } from '../../test/provider-definition.ts'
import { headerOf, jsonOf } from '../../test/reply.ts'
import { FETCH, NAVIGATION, request } from '../../test/request.ts'
import { ORIGIN, type Stage, setStage } from '../../test/stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})

afterEach(() => stage.close())

describe('what a browser asks the provider for', () => {
  it('is a code, with a challenge and a state, and nothing that reveals where the person was going', async () => {
    const authorization = await stage.browser().goToProvider('/auth/login/a?return_to=/secret-plan')
    const sent = Object.fromEntries(authorization.searchParams)
    expect(sent).toMatchObject({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: `${ORIGIN}/auth/callback/a`,
      code_challenge_method: 'S256',
    })
    expect(sent['code_challenge']).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(sent['state']).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(sent['state'] ?? '', 'base64url').toString()).not.toContain('secret-plan')
    expect(authorization.href).not.toContain('secret-plan')
    expect(authorization.href).not.toContain('canary')
  })

  it('is new each time: no state and no challenge twice in 500 sign-ins', async () => {
    const browser = stage.browser()
    const states = new Set<string | null>()
    const challenges = new Set<string | null>()
    for (let round = 0; round < 500; round += 1) {
      const { searchParams } = await browser.goToProvider()
      states.add(searchParams.get('state'))
      challenges.add(searchParams.get('code_challenge'))
    }
    expect([states.size, challenges.size]).toEqual([500, 500])
    // However often it starts, the browser holds little, and the next sign-in still completes.
    expect(browser.cookies?.length).toBeLessThan(6_000)
    expect((await browser.open(stage.callbackFor(await browser.goToProvider()))).status).toBe(303)
  })

  it('cannot be changed by the address of the sign-in', async () => {
    const plain = await stage.browser().goToProvider()
    const evil = await stage
      .browser()
      .goToProvider(
        '/auth/login/a?redirect_uri=https://evil.example&client_id=x&response_type=token&scope=admin&state=fixed' +
          '&nonce=fixed&code_challenge=fixed&code_challenge_method=plain&request=x&request_uri=https://evil.example' +
          '&response_mode=fragment&audience=evil&authorize_url=https://evil.example&prompt=none&login_hint=x',
      )
    for (const one of [plain, evil]) for (const name of ['state', 'code_challenge']) one.searchParams.delete(name)
    expect(evil.href).toBe(plain.href)
  })

  it('cannot be changed by the way back', async () => {
    const way = encodeURIComponent('/x?audience=evil&scope=admin&redirect_uri=https://evil.example')
    const authorization = await stage.browser().goToProvider(`/auth/login/a?return_to=${way}`)
    expect(authorization.href).not.toContain('evil')
  })

  it('cannot be changed by what the request says about hosts', async () => {
    const hostile = {
      host: 'evil.example',
      forwarded: 'host=evil.example;proto=http',
      'x-forwarded-host': 'evil.example, app.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/evil',
      'x-original-url': '/auth/login/b',
      referer: 'https://evil.example/',
      origin: 'https://evil.example',
    }
    for (const host of ['evil.example', 'app.example@evil.example', 'evil.com:x@app.example', '']) {
      const reply = await stage.browser().open('/auth/login/a', { headers: { ...NAVIGATION, ...hostile, host } })
      expect(JSON.stringify([reply.headers, reply.cookies])).not.toContain('evil')
      expect(new URL(headerOf(reply, 'location') ?? '').searchParams.get('redirect_uri')).toBe(
        `${ORIGIN}/auth/callback/a`,
      )
    }
  })

  it('keeps the query the provider’s own address has', async () => {
    await stage.close()
    const origin = 'https://as.example'
    const endpoints = { authorization: `${origin}/authorize?tenant=1`, token: `${origin}/token` }
    stage = await setStage({ provider: { endpoints } })
    const { searchParams } = await stage.browser().goToProvider()
    expect(searchParams.getAll('tenant')).toEqual(['1'])
    for (const name of new Set(searchParams.keys())) expect(searchParams.getAll(name)).toHaveLength(1)
  })
})

describe('parameters a provider allows', () => {
  beforeEach(async () => {
    await stage.close()
    stage = await setStage({ provider: { loginParameters: ['login_hint', 'prompt'] } })
  })

  it('are passed on, encoded, and others are not', async () => {
    const hint = 'frieren@app.example&scope=admin'
    const query = new URLSearchParams({ login_hint: hint, prompt: 'login', max_age: '0' })
    const { searchParams } = await stage.browser().goToProvider(`/auth/login/a?${query}`)
    expect(searchParams.get('login_hint')).toBe(hint)
    expect(searchParams.get('prompt')).toBe('login')
    expect(searchParams.get('max_age')).toBeNull()
    expect(searchParams.get('scope')).not.toBe('admin')
  })

  it('are refused when they are malformed, and never make a long address', async () => {
    for (const login_hint of ['x'.repeat(10_240), 'a\r\nSet-Cookie: x', '中'.repeat(86)]) {
      const reply = await stage.browser().open(`/auth/login/a?${new URLSearchParams({ login_hint })}`)
      expect(reply.status).toBe(400)
      expect(reply.cookies).toEqual([])
    }
    const longest = new URLSearchParams({ login_hint: '中'.repeat(85), prompt: 'login consent' })
    expect((await stage.browser().goToProvider(`/auth/login/a?${longest}`)).href.length).toBeLessThan(2_048)
  })
})

describe('a request that is no person opening a page', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['a prefetch', 'GET', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
    ['an image', 'GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame', 'GET', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
    ['a script', 'GET', FETCH],
    ['HEAD', 'HEAD', NAVIGATION],
    ['OPTIONS', 'OPTIONS', NAVIGATION],
    ['PUT', 'PUT', NAVIGATION],
  ])('starts nothing: %s', async (_, method, headers) => {
    const reply = await stage.browser().open('/auth/login/a', { method, headers })
    expect([403, 405]).toContain(reply.status)
    expect(reply.cookies).toEqual([])
    expect(stage.events.some(({ type }) => type === 'sign_in_started')).toBe(false)
  })
})

describe('a redirect to the provider', () => {
  it('is followed with GET, stored by nobody, and leaves no trail', async () => {
    for (const method of ['GET', 'POST']) {
      const reply = await stage.browser().open('/auth/login/a', { method, form: 'return_to=/me' })
      expect(reply.status).toBe(303)
      expect(headerOf(reply, 'cache-control')).toBe('no-store')
      expect(headerOf(reply, 'referrer-policy')).toBe('no-referrer')
      expect(reply.body).toBeUndefined()
    }
  })

  it('sets cookies that scripts and other sites cannot touch', async () => {
    const { cookies } = await stage.browser().open('/auth/login/a')
    expect(cookies).toHaveLength(2)
    for (const { name, attributes } of cookies) {
      expect(name).toMatch(/^__Host-postern\.(?:tx|loop)\b/)
      expect(attributes).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'lax' })
    }
  })
})

describe('where a sign-in goes back to', () => {
  it.each([
    ['/me', '/me'],
    ['/me?a=1&b=%2F#frag', '/me?a=1&b=%2F#frag'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/..//evil.example', '/'],
    ['https://evil.example', '/'],
    ['https://app.example@evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/auth/login/a', '/'],
    ['/ok\r\nSet-Cookie: x=1', '/'],
    ['/\u2028', '/'],
    [`/${'a'.repeat(10_000)}`, '/'],
    ['', '/'],
  ])('%j: %j', async (returnTo, path) => {
    const browser = stage.browser()
    const query = new URLSearchParams({ return_to: returnTo })
    const reply = await browser.open(stage.callbackFor(await browser.goToProvider(`/auth/login/a?${query}`)))
    expect(headerOf(reply, 'location')).toBe(ORIGIN + path)
  })

  it.each(['return_to=/ok&return_to=//evil.example', 'return_to[]=/ok', 'return_to[x]=/ok', 'return_to'])(
    'is the start page where it is not said once: %s',
    async (query) => {
      const browser = stage.browser()
      const reply = await browser.open(stage.callbackFor(await browser.goToProvider(`/auth/login/a?${query}`)))
      expect(headerOf(reply, 'location')).toBe(`${ORIGIN}/`)
    },
  )
})

describe('the page to choose', () => {
  it('lists the providers, keeps a safe way back, and starts nothing', async () => {
    const reply = await stage.browser().open('/auth/login?return_to=/me')
    expect(reply.status).toBe(200)
    expect(reply.cookies).toEqual([])
    for (const [id, name] of [
      ['a', 'Provider A'],
      ['b', 'Provider B'],
    ]) {
      expect(reply.body).toContain(`/auth/login/${id}?return_to=%2Fme`)
      expect(reply.body).toContain(name)
    }
    const evil = await stage.browser().open('/auth/login?return_to=//evil.example')
    expect(evil.body).not.toContain('evil')
  })

  it('asks of each provider what it was asked, as far as that one is asked such things', async () => {
    await stage.close()
    stage = await setStage({ provider: { loginParameters: ['max_age', 'acr_values', 'login_hint'] } })
    const asked = 'max_age=60&acr_values=gold+silver&login_hint=ann'
    const { body } = await stage.browser().open(`/auth/login?${asked}&return_to=/me`)
    expect(body).toContain(`"/auth/login/a?return_to=%2Fme&${asked}"`.replaceAll('&', '&amp;'))
    expect(body).toContain('"/auth/login/b?return_to=%2Fme"')
    expect((await stage.browser().open('/auth/login?max_age=never')).status).toBe(400)
  })

  it('is passed over where a default provider is configured', async () => {
    await stage.close()
    stage = await setStage({ gateway: { signInWith: 'b' } })
    const { searchParams } = await stage.browser().goToProvider('/auth/login')
    expect(searchParams.get('redirect_uri')).toBe(`${ORIGIN}/auth/callback/b`)
  })
})

describe('a provider that is not configured', () => {
  it.each(['x', 'A', '..', '%2e%2e', '__proto__', 'constructor', 'a%00', "a'--", '<script>'])(
    'is a page that says so: %s',
    async (id) => {
      const reply = await stage.browser().open(`/auth/login/${id}`)
      expect(reply.status).toBe(404)
      expect(reply.cookies).toEqual([])
      expect(reply.body).not.toContain('<script>')
    },
  )
})

describe('a sign-in that a third party starts', () => {
  const ISSUER = 'https://as.example'

  beforeEach(async () => {
    await stage.close()
    stage = await setStage({ provider: { issuer: ISSUER } })
  })

  it('goes to the provider of that issuer, by GET and by POST', async () => {
    const query = new URLSearchParams({ iss: ISSUER, target_link_uri: `${ORIGIN}/me`, unknown: 'x' })
    for (const facts of [{ method: 'GET' }, { method: 'POST', form: String(query) }]) {
      const browser = stage.browser()
      const reply = await browser.open(`/auth/login${facts.method === 'GET' ? `?${query}` : ''}`, facts)
      const authorization = new URL(headerOf(reply, 'location') ?? '')
      expect(authorization.searchParams.get('redirect_uri')).toBe(`${ORIGIN}/auth/callback/a`)
      expect(headerOf(await browser.open(stage.callbackFor(authorization)), 'location')).toBe(`${ORIGIN}/me`)
    }
  })

  it.each(['https://evil.example', 'https://as.example/', 'HTTPS://AS.EXAMPLE', '', 'undefined', 'a'])(
    'is refused for an issuer that is none of ours: %j',
    async (iss) => {
      const reply = await stage.browser().open(`/auth/login?${new URLSearchParams({ iss })}`)
      expect(reply.status).toBe(400)
      expect(reply.cookies).toEqual([])
      expect(reply.body).not.toContain('evil')
    },
  )

  it('is refused when it names two issuers, or another provider than its issuer’s', async () => {
    for (const target of [`/auth/login?iss=${ISSUER}&iss=${ISSUER}`, `/auth/login/b?iss=${ISSUER}`]) {
      expect((await stage.browser().open(target)).status).toBe(400)
    }
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    `${ORIGIN}@evil.example/`,
    `${ORIGIN}.evil.example/`,
    `${ORIGIN}//evil.example`,
    `${ORIGIN}/..//evil.example`,
    `${ORIGIN}/auth/logout`,
    'javascript:alert(1)',
  ])('goes to the start page where its target is not ours: %s', async (target_link_uri) => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider(
      `/auth/login?${new URLSearchParams({ iss: ISSUER, target_link_uri })}`,
    )
    expect(headerOf(await browser.open(stage.callbackFor(authorization)), 'location')).toBe(`${ORIGIN}/`)
  })
})

describe('a sign-in that keeps repeating', () => {
  /** A browser that keeps every cookie but that of the session. */
  async function roundWithoutSession(cookies: string | undefined): Promise<string | undefined> {
    const browser = stage.browser(cookies)
    const reply = await browser.open(stage.callbackFor(await browser.goToProvider()))
    expect(reply.status).toBe(303)
    return browser.cookies
      ?.split('; ')
      .filter((pair) => !pair.startsWith('__Host-postern.session'))
      .join('; ')
  }

  it('is stopped when the session never comes back, says why, and may be tried again in a moment', async () => {
    let cookies: string | undefined
    for (let round = 0; round < 3; round += 1) cookies = await roundWithoutSession(cookies)
    const stopped = await stage.browser(cookies).open('/auth/login/a')
    expect(stopped.status).toBe(400)
    expect(stopped.body).toContain('Sign-in keeps repeating')
    stage.now.advance(5_000)
    expect((await stage.browser(cookies).open('/auth/login/a')).status).toBe(303)
  })

  it('is none when the session comes back, however often', async () => {
    const browser = stage.browser()
    for (let round = 0; round < 10; round += 1) {
      expect((await browser.open(stage.callbackFor(await browser.goToProvider()))).status).toBe(303)
    }
  })

  it('is none when a person signs out and in again, however quickly', async () => {
    const browser = stage.browser()
    for (let round = 0; round < 10; round += 1) {
      expect((await browser.open(stage.callbackFor(await browser.goToProvider()))).status).toBe(303)
      const headers = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }
      expect((await browser.open('/auth/logout', { method: 'POST', headers })).status).toBe(303)
    }
  })

  it('is not counted by starts: ten tabs are no loop', async () => {
    const browser = stage.browser()
    for (let tab = 0; tab < 10; tab += 1) expect((await browser.open('/auth/login/a')).status).toBe(303)
  })

  it('takes no mark that somebody else made up', async () => {
    for (const mark of ['', 'x', '"><script>', 'x'.repeat(13), 'x'.repeat(500)]) {
      const reply = await stage.browser(`__Host-postern.loop=${mark}`).open('/auth/login/a')
      const set = reply.cookies.find(({ name }) => name === '__Host-postern.loop')
      expect(set?.value).toMatch(/^[A-Za-z0-9_-]{12}$/)
    }
  })
})

describe('a provider that cannot be reached', () => {
  it('is a page that says when to try again, and starts nothing', async () => {
    await stage.close()
    const issuer = await unusedOrigin()
    stage = await setStage({ gateway: { providers: [oidcProvider(issuer, { id: 'a', timeout: 1 })] } })
    const reply = await stage.browser().open('/auth/login/a')
    expect(reply.status).toBe(503)
    expect(headerOf(reply, 'retry-after')).toMatch(/^\d+$/)
    expect(reply.cookies).toEqual([])
    const answer = await stage.gateway.handle(request({ target: '/auth/login/a', headers: { accept: '*/*' } }))
    expect(jsonOf(answer)).toMatchObject({ status: 503 })
  })
})
