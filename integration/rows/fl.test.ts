import type { Browser, Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectAnonymous, expectNoSession, expectSession, sessionCookies } from '../outcomes.ts'
import { idpOf, ORIGIN, openStage, SESSION, type Stage, signIn, useServers } from '../stage.ts'
import { STORES, useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()

describe.each(ADAPTERS)('on %s, the frame in which a provider ends a session', (adapter) => {
  const open = (kind: (typeof STORES)[number] = 'memory') =>
    openStage(adapter, servers, {
      store: stores.open(kind),
      providers: [
        idpOf(servers.idp, { frontchannelLogout: 'accept' }),
        idpOf(servers.other, { frontchannelLogout: 'accept' }, 'other'),
      ],
    })

  it.each(STORES)('ends the session it names, though no cookie reaches it there: %s (FL-01, FL-03)', async (kind) => {
    const stage = await open(kind)
    const { browser } = stage
    const sid = await signInAs(browser)
    const other = stage.newBrowser()
    await signInAs(other)
    const page = await frame(browser, { iss: servers.idp.issuer, sid })
    // What a strict browser sends into a frame of another site: nothing of ours.
    expect(page.chain[0]?.requestHeaders['cookie']).toBeUndefined()
    expect(page.status).toBe(200)
    await expectAnonymous(browser)
    await expectSession(other)
    expect(stage.events).toContainEqual(expect.objectContaining({ type: 'session_ended', cause: 'provider' }))
  })

  it('makes the browser forget its cookie where that does reach it (FL-01)', async () => {
    const { browser } = await open()
    const sid = await signInAs(browser)
    const page = await sameSiteFrame(browser, { iss: servers.idp.issuer, sid })
    expect(page.status).toBe(200)
    expect(page.setCookies.some((line) => /^__Host-postern\.session=; Max-Age=0/.test(line))).toBe(true)
    await expectNoSession(browser)
  })

  it.each(['by its name', 'by its cookie'] as const)('tells once of a session that ends %s (LG-04)', async (how) => {
    const { browser, events } = await open()
    const sid = await signInAs(browser)
    for (let count = 0; count < 2; count += 1) {
      await sameSiteFrame(browser, how === 'by its name' ? { iss: servers.idp.issuer, sid } : {})
    }
    await expectNoSession(browser)
    const ended = events.filter(({ type }) => type === 'session_ended')
    const sessions = events.flatMap((event) => (event.type === 'signed_in' ? [event.session] : []))
    expect(ended).toEqual([expect.objectContaining({ provider: 'idp', session: sessions[0], cause: 'provider' })])
  })

  it('is content when there is nothing to end, once or twice (FL-01, FL-03)', async () => {
    const { browser, newBrowser } = await open()
    const nobody = newBrowser()
    const sid = await signInAs(browser)
    for (const visitor of [browser, nobody]) {
      for (let count = 0; count < 2; count += 1) {
        const page = await frame(visitor, { iss: servers.idp.issuer, sid })
        expect([page.status, page.text]).toEqual([200, ''])
      }
    }
    expect((await frame(nobody, {})).status).toBe(200)
    await expectAnonymous(browser)
  })

  it('revokes no token: anybody can load it who knows the sid (mod_auth_openidc 2026)', async () => {
    const { browser, gateway } = await open()
    const sid = await signInAs(browser)
    await frame(browser, { iss: servers.idp.issuer, sid })
    await expectAnonymous(browser)
    await gateway.close()
    expect(servers.received('revocation')).toEqual([])
  })

  it('ends nothing when the issuer is another’s, or only one of the two is named (FL-02)', async () => {
    const { browser } = await open()
    const sid = await signInAs(browser)
    const { issuer } = servers.idp
    for (const parameters of [
      { iss: 'https://evil.example', sid },
      { iss: `${issuer}/`, sid },
      { iss: issuer.toUpperCase(), sid },
      { iss: servers.other.issuer, sid },
      { iss: issuer },
      { sid },
      { iss: issuer, sid: 'another' },
      { iss: issuer, sid: '' },
      { iss: '', sid },
    ]) {
      for (const load of [frame, sameSiteFrame]) {
        const page = await load(browser, parameters)
        expect([page.status, page.setCookies]).toEqual([200, []])
        await expectSession(browser)
      }
    }
    const twice = await browser.embed(`${ORIGIN}/auth/frontchannel-logout/idp?iss=${issuer}&iss=x&sid=${sid}`, {
      as: 'iframe',
      from: `${servers.idp.origin}/`,
    })
    expect(twice.status).toBe(200)
    await expectSession(browser)
    // Nor by the address of another provider.
    await frame(browser, { iss: servers.other.issuer, sid }, 'other')
    await expectSession(browser)
  })

  it.each([
    'iss={iss}&iss={iss}&sid={sid}',
    'iss={iss}&sid={sid}&sid={sid}',
    'iss={iss}&iss={iss}&sid={sid}&sid={sid}',
    'iss=https://evil.example&iss=https://evil.example&sid=a&sid=b',
    'sid={sid}&sid={sid}',
    'iss={iss}&iss=https://evil.example',
    'iss&iss',
    'sid=&sid=',
  ])('ends nothing when a name comes twice, not even the session of the cookie: %s (FL-02)', async (query) => {
    const { browser } = await open()
    const sid = await signInAs(browser)
    const written = query.replaceAll('{iss}', servers.idp.issuer).replaceAll('{sid}', sid)
    const page = await browser.embed(`${ORIGIN}/auth/frontchannel-logout/idp?${written}`, {
      as: 'iframe',
      from: 'https://idp.app.example/',
    })
    expect([page.status, page.setCookies]).toEqual([200, []])
    await expectSession(browser)
  })

  it('ends nothing of another browser’s that it was not told to (FL-02, FL-03)', async () => {
    const { browser, newBrowser } = await open()
    const sid = await signInAs(browser)
    const other = newBrowser()
    await signInAs(other)
    const page = await sameSiteFrame(other, { iss: servers.idp.issuer, sid })
    expect(page.setCookies).toEqual([])
    await expectSession(other)
    await expectAnonymous(browser)
  })

  it('without a name and without a cookie is a no-op (FL-03)', async () => {
    const { browser } = await open()
    await signInAs(browser)
    const page = await frame(browser, {})
    expect([page.status, page.setCookies]).toEqual([200, []])
    await expectSession(browser)
  })

  it('is no way for a link of another site to sign somebody out (LO-02)', async () => {
    const { browser } = await open()
    await signInAs(browser)
    for (const address of [
      '/auth/frontchannel-logout/idp',
      `/auth/frontchannel-logout/idp?iss=${servers.idp.issuer}&sid=x`,
    ]) {
      await browser.navigate(address, { from: 'https://evil.example/' })
      await browser.embed(`${ORIGIN}${address}`, { as: 'image', from: 'https://evil.example/' })
      await browser.embed(`${ORIGIN}${address}`, { as: 'iframe', from: 'https://evil.example/' })
      await expectSession(browser)
    }
  })

  it.each([
    ['a picture', { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }, false],
    ['a script', { 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'no-cors' }, false],
    ['a fetch', { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }, false],
    ['an object', { 'sec-fetch-dest': 'object', 'sec-fetch-mode': 'navigate' }, false],
    ['a page', { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }, false],
    ['a page that is only guessed at', { 'sec-purpose': 'prefetch' }, false],
    ['a frame on such a page', { 'sec-fetch-dest': 'iframe', 'sec-purpose': 'prefetch;prerender' }, false],
    ['a frame', { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }, true],
    ['a frame of a frameset', { 'sec-fetch-dest': 'frame', 'sec-fetch-mode': 'navigate' }, true],
    ['a browser that does not say what it is', {}, true],
  ])(
    'signs out in a frame and nowhere else, where the browser says which: %s (LO-02)',
    async (_, headers, signsOut) => {
      const { newBrowser } = await open()
      for (const isNamed of [false, true]) {
        const browser = newBrowser()
        const sid = await signInAs(browser)
        const query = isNamed ? `?${new URLSearchParams({ iss: servers.idp.issuer, sid })}` : ''
        const lines = Object.entries({ ...headers, cookie: browser.cookies.header(ORIGIN) ?? '' })
        const { status } = await browser.raw(
          `GET /auth/frontchannel-logout/idp${query} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n${lines
            .map(([name, value]) => `${name}: ${value}\r\n`)
            .join('')}\r\n`,
        )
        expect(status).toBe(200)
        if (signsOut) await expectAnonymous(browser)
        else await expectSession(browser)
      }
    },
  )

  it('may be framed by the provider and by nobody else (FL-04)', async () => {
    const { browser } = await open()
    for (const parameters of [{}, { iss: servers.idp.issuer, sid: 'x' }, { iss: 'https://evil.example', sid: 'x' }]) {
      const page = await frame(browser, parameters)
      expect(page.headers.get('content-security-policy')).toContain(`frame-ancestors ${servers.idp.origin}`)
      expect(page.headers.get('x-frame-options')).toBeNull()
    }
    expect((await frame(browser, {}, 'other')).headers.get('content-security-policy')).toContain(
      `frame-ancestors ${servers.other.origin}`,
    )
  })

  it('is kept by no cache and shows nothing of what it was told (FL-05)', async () => {
    const { browser } = await open()
    const page = await frame(browser, { iss: '<script>alert(1)</script>', sid: '"><img src=x>' })
    expect([page.status, page.text, page.headers.get('cache-control')]).toEqual([200, '', 'no-store'])
    expect(JSON.stringify([...page.headers])).not.toMatch(/script>|img/)
  })

  it('is not there where nobody said so, and not for other methods (FL-01, decision 20)', async () => {
    const { browser } = await openStage(adapter, servers, { store: stores.open('memory') })
    expect((await frame(browser, {})).status).toBe(404)
    const stage: Stage = await open()
    const page = await stage.browser.navigate('/auth/frontchannel-logout/idp', { method: 'POST', redirects: 'manual' })
    expect([page.status, page.headers.get('allow')]).toEqual([405, 'GET'])
    expect(sessionCookies(stage.browser)).toEqual([])
    expect(page.setCookies.join()).not.toContain(SESSION)
  })
})

/** Signs in, and says under which `sid` the provider knows it. */
async function signInAs(browser: Browser): Promise<string> {
  let sid = ''
  servers.idp.change({
    idToken: {
      claims: (right) => {
        sid = String(right['sid'])
        return right
      },
    },
  })
  await signIn(browser)
  return sid
}

/** The provider's page, on its own site, with our address in a frame. */
function frame(browser: Browser, parameters: Readonly<Record<string, string>>, provider = 'idp'): Promise<Page> {
  return browser.embed(`${ORIGIN}/auth/frontchannel-logout/${provider}?${new URLSearchParams(parameters)}`, {
    as: 'iframe',
    from: `${servers.idp.origin}/`,
  })
}

/** The same where the provider is on our site, so that cookies come along. */
function sameSiteFrame(browser: Browser, parameters: Readonly<Record<string, string>>): Promise<Page> {
  return browser.embed(`${ORIGIN}/auth/frontchannel-logout/idp?${new URLSearchParams(parameters)}`, {
    as: 'iframe',
    from: 'https://idp.app.example/',
  })
}
