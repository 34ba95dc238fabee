import { createBrowser } from '@postern/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ADAPTERS } from './application.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { answerProvider } from './person.ts'
import { OFFLINE } from './provider-definition.ts'
import { startRelyingParty } from './relying-party.ts'

let provider: OpenIdProvider

beforeAll(async () => {
  provider = await startOpenIdProvider()
})

afterEach(() => provider.resume())

afterAll(() => provider.close())

async function signedIn(adapter: (typeof ADAPTERS)[number], options: Parameters<typeof startRelyingParty>[2] = {}) {
  const app = await startRelyingParty(adapter, provider, { facts: OFFLINE, ...options })
  const browser = createBrowser({ origin: app.origin })
  await answerProvider(await browser.navigate('/me'))
  return { app, browser }
}

describe.each(ADAPTERS)('signing out on %s', (adapter) => {
  it('ends the session here at once, then at the provider, and comes back where the person was going', async () => {
    const { app, browser } = await signedIn(adapter)
    const confirm = await browser.navigate('/auth/logout?return_to=/bye')
    expect(confirm.text).toContain('ada Example')
    // The page alone ends nothing.
    expect((await browser.fetch('/auth/session')).json()).toMatchObject({ authenticated: true })

    const asked = await confirm.submit()
    expect(asked.url).toContain(`${provider.issuer}/session/end?`)
    expect((await browser.fetch(`${app.origin}/auth/session`, { from: app.origin })).json()).toEqual({
      authenticated: false,
    })
    const sent = new URL(asked.url).searchParams
    expect(sent.get('post_logout_redirect_uri')).toBe(`${app.origin}/auth/signed-out`)
    expect(sent.get('state')).not.toContain('bye')
    expect(Buffer.from(sent.get('state') ?? '', 'base64url').toString('latin1')).not.toContain('bye')

    const back = await asked.submit({ logout: 'yes' })
    expect(back.url).toBe(`${app.origin}/bye`)
    expect(back.chain.map(({ url }) => new URL(url).pathname)).toEqual([
      '/session/end/confirm',
      '/auth/signed-out',
      '/bye',
    ])
    // Nothing is left at the provider: the next sign-in asks who it is.
    expect((await browser.navigate('/me')).text).toContain('name="login"')
  })

  it('comes back to the page that says so when the person was going nowhere', async () => {
    const { app, browser } = await signedIn(adapter)
    const back = await (await (await browser.navigate('/auth/logout')).submit()).submit({ logout: 'yes' })
    expect(back.url).toMatch(`${app.origin}/auth/signed-out?state=`)
    expect(back.status).toBe(200)
    expect(back.text).toContain('You are signed out')
    expect(back.text).not.toContain('still remembers')
  })

  it('leaves the provider’s session to a person who says so there', async () => {
    const { app, browser } = await signedIn(adapter)
    const asked = await (await browser.navigate('/auth/logout?return_to=/bye')).submit()
    expect((await asked.submit({})).url).toBe(`${app.origin}/bye`)
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
  })

  it.each([
    ['another state', '?state=somebody-elses'],
    ['no state', ''],
    ['a state like ours', '?state=v1.EwTKJV9v.GYYzSg40tlX1kBTcSR5CO_4sa-U2floX_-fAFm8ovuA'],
    ['two states', '?state=a&state=b'],
    ['an address', '?return_to=https://evil.example&post_logout_redirect_uri=https://evil.example'],
  ])('ends on its own page when the provider comes back with %s', async (_, query) => {
    const { app, browser } = await signedIn(adapter)
    await (await browser.navigate('/auth/logout?return_to=/bye')).submit()
    const back = await browser.navigate(`/auth/signed-out${query}`, { from: `${provider.issuer}/session/end/confirm` })
    expect([back.url, back.status]).toEqual([`${app.origin}/auth/signed-out${query}`, 200])
    expect(back.text).toContain('You are signed out')
    expect(back.text).not.toContain('evil.example')
  })

  it('revokes the tokens at the provider, the refresh token first', async () => {
    const { app, browser } = await signedIn(adapter)
    const before = provider.requests.length
    const refreshToken = provider.storage.all('RefreshToken').at(-1)?.['jti']
    expect((await browser.fetch('/auth/logout', { method: 'POST' })).status).toBe(200)
    await app.close()
    const revoked = provider.requests.slice(before).filter(({ route }) => route === 'revocation')
    expect(revoked.map(({ params, status }) => [params['token_type_hint'], status])).toEqual([
      ['refresh_token', 200],
      ['access_token', 200],
    ])
    expect(revoked[0]?.params['token']).toBe(refreshToken)
    expect(provider.storage.all('RefreshToken').map(({ jti }) => jti)).not.toContain(refreshToken)
  })

  it('is over here when the provider refuses the way back, because nobody registered it', async () => {
    const { browser } = await signedIn(adapter, { client: { post_logout_redirect_uris: [] } })
    const refused = await (await browser.navigate('/auth/logout?return_to=/bye')).submit()
    expect(refused.url).toContain(`${provider.issuer}/session/end?`)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('post_logout_redirect_uri not registered')
    expect((await browser.navigate('/auth/session')).json()).toEqual({ authenticated: false })
  })

  it('goes back to the address that was registered, when it is another one', async () => {
    const elsewhere = 'http://127.0.0.1:1/after'
    const { browser } = await signedIn(adapter, {
      client: { post_logout_redirect_uris: [elsewhere] },
      facts: { ...OFFLINE, postLogoutRedirectUri: elsewhere },
    })
    const asked = await (await browser.navigate('/auth/logout')).submit()
    const back = await asked.submit({ logout: 'yes' }, { redirects: 'manual' })
    expect(back.location).toMatch(`${elsewhere}?state=`)
  })

  it('is over here while the provider is down, and the tokens are revoked when it is back', async () => {
    const { app, browser } = await signedIn(adapter)
    const before = provider.requestsTo('revocation').length
    await provider.pause()
    const answer = await browser.fetch('/auth/logout', { method: 'POST' })
    expect(answer.status).toBe(200)
    expect((await browser.fetch('/auth/session')).json()).toEqual({ authenticated: false })
    await provider.resume()
    await vi.waitFor(() => expect(provider.requestsTo('revocation').length).toBe(before + 2), { timeout: 15_000 })
    expect(app.eventsOf('signed_out')).toHaveLength(1)
  })

  it('is done as often as it is asked for', async () => {
    const { app, browser } = await signedIn(adapter)
    const cookie = browser.cookies.header(new URL(app.origin))
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => browser.fetch('/auth/logout', { method: 'POST' })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect((await browser.fetch('/auth/logout', { method: 'POST' })).json()).toEqual({
      redirect: `${app.origin}/auth/signed-out`,
    })
    const copied = await browser.fetch('/me', { headers: { cookie: cookie ?? '' } })
    expect(copied.status).toBe(401)
    expect((await browser.navigate('/auth/logout')).url).toBe(`${app.origin}/auth/signed-out`)
  })

  it('takes a form of our own, and no link, picture or form of another site', async () => {
    const { app, browser } = await signedIn(adapter)
    const evil = 'http://evil.localhost/page'
    await browser.navigate(`${app.origin}/auth/logout`, { from: evil })
    await browser.embed(`${app.origin}/auth/logout`, { as: 'image', from: evil })
    const forged = await browser.navigate(`${app.origin}/auth/logout`, {
      method: 'POST',
      body: new URLSearchParams({ return_to: '/bye' }),
      from: evil,
    })
    expect(forged.status).toBe(403)
    expect((await browser.navigate('/me')).json()).toMatchObject({ user: { id: 'ada' } })
  })
})
