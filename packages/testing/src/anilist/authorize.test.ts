import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationUrl, decide, REDIRECT_URI } from '../../test/anilist-sign-in.ts'
import { createBrowser } from '../browser/browser.ts'
import type { AniListClient } from './client.ts'
import { type StandInAniList, startStandInAniList } from './stand-in.ts'

let anilist: StandInAniList
let client: AniListClient

beforeAll(async () => {
  anilist = await startStandInAniList()
  client = anilist.register({ redirectUris: [REDIRECT_URI], name: '<script>alert(1)</script>' })
})
afterAll(() => anilist.close())

const open = (changes: Record<string, string | undefined>) =>
  createBrowser().navigate(authorizationUrl(anilist, client, changes))

describe('the authorization endpoint', () => {
  it.each([
    ['another path', 'http://127.0.0.1:9/elsewhere'],
    ['another port', REDIRECT_URI.replace(':9', ':10')],
    ['another host', REDIRECT_URI.replace('127.0.0.1', 'localhost')],
    ['a query', `${REDIRECT_URI}?x=1`],
    ['a trailing slash', `${REDIRECT_URI}/`],
    ['another case', REDIRECT_URI.toUpperCase()],
    ['nothing', ''],
  ])('calls a redirect URI with %s a client problem, and sends nobody there', async (_, redirect_uri) => {
    const page = await open({ redirect_uri })
    expect(page.status).toBe(401)
    expect(page.location).toBeUndefined()
    expect(page.json()).toEqual({ error: 'invalid_client', message: 'Client authentication failed' })
  })

  it('does not know unknown clients', async () => {
    const page = await open({ client_id: '1' })
    expect(page.status).toBe(401)
    expect(page.json()).toMatchObject({ error: 'invalid_client' })
  })

  it.each([undefined, 'token', 'id_token'])('offers no response type %s', async (response_type) => {
    const page = await open({ response_type })
    expect(page.status).toBe(400)
    expect(page.json()).toMatchObject({ error: 'unsupported_grant_type' })
  })

  it('refuses a scope at the redirect URI, and loses the state over it', async () => {
    const page = await createBrowser().navigate(authorizationUrl(anilist, client, { scope: 'email' }), {
      redirects: 'manual',
    })
    const { searchParams } = new URL(page.location ?? '')
    expect(searchParams.get('error')).toBe('invalid_scope')
    expect(searchParams.get('hint')).toBe('Check the `email` scope')
    expect(searchParams.has('state')).toBe(false)
  })

  it('takes the only registered redirect URI when none is named', async () => {
    expect((await open({ redirect_uri: undefined })).status).toBe(200)
  })

  it('checks the request again when the form comes back', async () => {
    const browser = createBrowser()
    const forged = authorizationUrl(anilist, client, { redirect_uri: 'http://127.0.0.1:9/elsewhere' })
    const body = new URLSearchParams({ decision: 'approve', user: 'lanternfox' })
    expect((await browser.navigate(forged, { method: 'POST', body })).status).toBe(401)
  })
})

describe('the consent page', () => {
  it('says that it is a stand-in, needs no script, and can be labelled', async () => {
    const page = await open({})
    expect(page.text).toContain('runs on this computer')
    expect(page.text).toContain('It is not AniList')
    expect(page.text).not.toContain('<script>')
    expect(page.text).toContain('&#60;script&#62;alert(1)')
    expect(page.text).toContain('<html lang="en">')
    expect(page.text.match(/<label>/g)).toHaveLength(anilist.users.length)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('cache-control')).toBe('no-store')
  })

  it('is dressed in its own style under its own policy', async () => {
    const { createHash } = await import('node:crypto')
    const page = await open({})
    const style = /<style>(.*?)<\/style>/s.exec(page.text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`)
    expect(style).toContain('prefers-color-scheme: dark')
  })

  it('shows pictures it serves itself', async () => {
    const page = await open({})
    const sources = [...page.text.matchAll(/<img src="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(sources).toHaveLength(anilist.users.length)
    for (const source of sources) {
      const picture = await fetch(anilist.origin + source)
      expect(picture.headers.get('content-type')).toBe('image/svg+xml')
      expect(await picture.text()).toMatch(/^<svg /)
    }
  })

  it('leaves no red line in a console for the icon that browsers look for', async () => {
    expect((await fetch(`${anilist.origin}/favicon.ico`)).status).toBe(204)
  })

  it('sends an approval back with code and state, in that order', async () => {
    const back = await decide(anilist, client, { decision: 'approve', user: 'mossandrain' })
    expect(back.origin + back.pathname).toBe(REDIRECT_URI)
    expect([...back.searchParams.keys()]).toEqual(['code', 'state'])
    expect(back.searchParams.get('code')).toMatch(/^def50200[0-9a-f]{692}$/)
    expect(back.searchParams.get('state')).toBe('the-state')
  })

  it('invents no state', async () => {
    const back = await decide(anilist, client, { decision: 'approve' }, { state: undefined })
    expect([...back.searchParams.keys()]).toEqual(['code'])
  })

  it('approves for nobody who is not there', async () => {
    const page = await open({})
    await expect(page.submit({ decision: 'approve', user: 'somebody' })).rejects.toThrow('no control')
    const body = new URLSearchParams({ decision: 'approve', user: 'somebody' })
    const forged = await createBrowser().navigate(page.url, { method: 'POST', body })
    expect(forged.status).toBe(404)
  })
})

describe('a stand-in that approves by itself', () => {
  it('asks nobody', async () => {
    const automatic = await startStandInAniList({
      approveAs: 'papercomet',
      clients: [{ redirectUris: [REDIRECT_URI] }],
    })
    const [only] = automatic.clients
    if (only === undefined) throw new Error('The client is registered')
    const page = await createBrowser().navigate(authorizationUrl(automatic, only), { redirects: 'manual' })
    expect(page.status).toBe(302)
    expect(page.location).toContain('code=def50200')
    await automatic.close()
  })
})
