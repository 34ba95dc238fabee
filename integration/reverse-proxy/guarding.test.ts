import { describe, expect, it } from 'vitest'
import { ORIGIN, SESSION, signIn } from '../stage.ts'
import { CANARY } from './guarded-application.ts'
import { PROXIES } from './proxies.ts'
import { useStage } from './stage.ts'

const DAY = 86_400_000

describe.each(Object.entries(PROXIES))('an application behind %s, configured as documented', (_name, startProxy) => {
  const stage = useStage(startProxy)

  it('sends a person who opens a page to sign in, and back to it', async () => {
    const start = await stage.browser.navigate('/private/page?a=1', { redirects: 'manual' })
    expect([start.status, start.location]).toEqual([303, `${ORIGIN}/auth/login?return_to=/private/page?a=1`])
    expect(stage.application.takeRequests()).toEqual([])
    const page = await start.follow()
    expect([page.url, page.status, page.text]).toEqual([`${ORIGIN}/private/page?a=1`, 200, CANARY])
  })

  it('answers a script with 401 and where to sign in, in no redirect', async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['POST', 'a=1'],
    ] as const) {
      const answer = await stage.browser.fetch('/private/data', { method, body, from: ORIGIN })
      expect(answer.status).toBe(401)
      expect(answer.json()).toMatchObject({ login_url: expect.stringContaining('/auth/login') })
    }
    expect(stage.application.takeRequests()).toEqual([])
  })

  it('lets a signed-in user pass, and says who it is', async () => {
    await signIn(stage.browser, '/private/page')
    stage.application.takeRequests()
    const answer = await stage.browser.fetch('/private/form?a=%2F&b=1', {
      method: 'POST',
      body: 'content',
      from: ORIGIN,
    })
    expect([answer.status, answer.text]).toEqual([200, CANARY])
    expect(stage.application.takeRequests()).toEqual([
      {
        method: 'POST',
        url: '/private/form?a=%2F&b=1',
        identity: expect.arrayContaining(['x-user-id: user-1']),
        body: 'content',
      },
    ])
  })

  it('is open where the proxy says so, without an identity', async () => {
    expect((await stage.browser.navigate('/public/page')).text).toBe('for everybody')
    await signIn(stage.browser, '/public/page')
    for (const { identity } of stage.application.takeRequests()) expect(identity).toEqual([])
  })

  const FORGED = [
    'X-User-Id: admin\r\nX-User-Name: admin\r\n',
    'x-user-id: admin\r\nX-USER-ID: admin\r\n',
    'X_User_Id: admin\r\nx_user_name: admin\r\n',
    'X-User-Id: admin\r\nX_User_Id: admin\r\nX-User_Name: admin\r\n',
  ]

  it.each(FORGED)('takes no identity from the client: %j (CVE-2025-64484)', async (lines) => {
    await stage.raw('/public/page', lines)
    expect((await stage.raw('/private/page', lines)).status).toBe(401)
    await signIn(stage.browser, '/public/page')
    stage.application.takeRequests()
    await stage.raw('/private/page', stage.cookieLine() + lines)
    await stage.raw('/public/page', stage.cookieLine() + lines)
    const [inside, outside, ...more] = stage.application.takeRequests()
    expect(more).toEqual([])
    expect(inside?.identity).toContain('x-user-id: user-1')
    expect(`${inside?.identity} ${outside?.identity}`).not.toContain('admin')
  })

  it('keeps the identity that the client calls hop-by-hop (CVE-2024-45410)', async () => {
    await signIn(stage.browser, '/public/page')
    stage.application.takeRequests()
    await stage.raw(
      '/private/page',
      `${stage.cookieLine()}Connection: X-User-Id\r\nConnection: x-user-name, cookie\r\n`,
    )
    expect(stage.application.takeRequests()).toMatchObject([
      { identity: expect.arrayContaining(['x-user-id: user-1']) },
    ])
  })

  it('is closed whatever a client says that the request was (CVE-2026-40575, CVE-2026-34457)', async () => {
    for (const line of [
      ...['X-Forwarded-Uri', 'X-Original-URL', 'X-Original-URI', 'X-Rewrite-URL'].map(
        (name) => `${name}: /public/page`,
      ),
      'X-Forwarded-Method: OPTIONS',
      'X-HTTP-Method-Override: OPTIONS',
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Host: evil.example',
      'User-Agent: GoogleHC/1.0',
      'User-Agent: kube-probe/1.29',
      'Authorization: Bearer user-1',
      `Cookie: ${SESSION}=user-1`,
    ]) {
      const { status, text } = await stage.raw('/private/page', `${line}\r\n`)
      expect([line, status]).toEqual([line, 401])
      expect(text).not.toContain(CANARY)
    }
    for (const method of ['HEAD', 'POST', 'OPTIONS', 'DELETE', 'PROPFIND']) {
      expect([method, (await stage.raw('/private/page', '', method)).status]).toEqual([method, 401])
    }
    expect(stage.application.takeRequests()).toEqual([])
  })

  it('ends at sign-out, for a copy of the cookie too', async () => {
    await signIn(stage.browser, '/private/page')
    const copy = stage.cookieLine()
    expect((await stage.raw('/private/page', copy)).status).toBe(200)
    const out = await stage.browser.fetch('/auth/logout', { method: 'POST', from: ORIGIN })
    expect(out.status).toBe(200)
    expect((await stage.browser.fetch('/private/page', { from: ORIGIN })).status).toBe(401)
    expect((await stage.raw('/private/page', copy)).status).toBe(401)
  })

  it('renews a session that is used, but with no response that a shared cache may keep (CVE-2025-48947)', async () => {
    await signIn(stage.browser, '/private/page')
    stage.pass(5 * DAY)
    for (const path of ['/shared?public', '/shared?s-maxage']) {
      const page = await stage.browser.fetch(path, { from: ORIGIN })
      expect([page.status, page.text]).toEqual([200, 'for everybody'])
      expect(page.setCookies.join()).not.toContain(SESSION)
    }
    const page = await stage.browser.fetch('/private/page', { from: ORIGIN })
    const renewed = expect.stringMatching(new RegExp(`^${SESSION}=[^;]{40,};.*HttpOnly; Secure`))
    expect(page.setCookies).toEqual(expect.arrayContaining([renewed]))
    stage.pass(5 * DAY)
    expect((await stage.browser.fetch('/private/page', { from: ORIGIN })).status).toBe(200)
  })

  it('is closed while the gateway is away', async () => {
    await signIn(stage.browser, '/private/page')
    stage.application.takeRequests()
    const { status, text } = await stage.withoutGateway(() => stage.raw('/private/page', stage.cookieLine()))
    expect(status).toBeGreaterThanOrEqual(500)
    expect(text).not.toContain(CANARY)
    expect(stage.application.takeRequests()).toEqual([])
  })
})
