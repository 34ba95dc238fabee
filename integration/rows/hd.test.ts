import { html, json, type Page, type RawResponse } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS, type Adapter } from '../apps.ts'
import { expectClean } from '../outcomes.ts'
import { altered, arrive, idpOf, ORIGIN, openStage, pendingLogin, type Stage, signIn, useServers } from '../stage.ts'
import { useStores } from '../stores.ts'

const servers = useServers()
const stores = useStores()

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  'javascript:alert(1)',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an attacker writes
  '{{7*7}}${7*7}<%= 7*7 %>',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
  '\u202e\u2066evil\u2069',
  'a\0b',
  'a\r\nSet-Cookie: x=1',
  '<!--<script>',
  '&lt;script&gt;',
]

describe.each(ADAPTERS)('on %s, what the gateway answers', (adapter) => {
  it('is stored by nobody, sniffed by nobody and framed by nobody (HD-01, HD-03, HD-04)', async () => {
    for (const page of await everyAnswer(adapter)) {
      const where = `${page.status} ${page.url}`
      expect(page.headers.get('cache-control'), where).toContain('no-store')
      expect(page.headers.get('x-content-type-options'), where).toBe('nosniff')
      expect(page.headers.get('referrer-policy'), where).toBe('no-referrer')
      expect(page.headers.get('content-security-policy'), where).toMatch(/default-src 'none'/)
      expect(page.headers.get('content-security-policy'), where).toMatch(/frame-ancestors 'none'/)
      expect(page.headers.get('access-control-allow-origin'), where).toBeNull()
      expect(page.headers.get('server'), where).toBeNull()
    }
  })

  it('is a 405 that names the methods there are, for every other one on every path (decision 18, CB-12)', async () => {
    const { browser, gateway } = await openStage(adapter, servers)
    for (const { name, path, methods: known } of gateway.routes) {
      // A callback takes what its provider was asked to answer with.
      const methods = name === 'callback' ? ['GET'] : known
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        if (methods.some((allowed) => allowed === method)) continue
        const address = `${path.replace(':provider', 'idp')}?code=x&state=y`
        const page = await browser.navigate(address, { method, from: `${ORIGIN}/`, redirects: 'manual' })
        expect([method, path, page.status, page.headers.get('allow')]).toEqual([method, path, 405, methods.join(', ')])
        expect([page.setCookies, page.headers.get('cache-control')]).toEqual([[], 'no-store'])
        if (method === 'HEAD') expect(page.text).toBe('')
      }
    }
  })

  it('carries no-store wherever it sets a cookie, on pages of the application too (HD-01)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time })
    await signIn(browser)
    time += 3 * 86_400_000
    const page = await browser.fetch('/members', { from: ORIGIN })
    expect(page.setCookies.length).toBe(1)
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  it.each(PAYLOADS)('shows nothing of what a callback brought along: %j (HD-02)', async (payload) => {
    const { browser } = await openStage(adapter, servers)
    const encoded = encodeURIComponent(payload)
    const pending = await pendingLogin(browser)
    const answers = [
      `/auth/callback/idp?error=${encoded}&error_description=${encoded}&error_uri=${encoded}&state=${encoded}`,
      `/auth/callback/idp?error=access_denied&error_description=${encoded}&error_uri=${encoded}`,
      `/auth/callback/${encoded}?code=x&state=y`,
      `/auth/login/${encoded}`,
      `/auth/login?iss=${encoded}&target_link_uri=${encoded}`,
      `/auth/login/idp?prompt=${encoded}&return_to=${encoded}`,
      `/auth/signed-out?state=${encoded}&provider=${encoded}`,
      `/auth/logout?return_to=${encoded}`,
      altered(pending.url, { error: payload, error_description: payload, error_uri: payload }),
    ]
    for (const address of answers) {
      for (const ask of [
        () => arrive(browser, address),
        () =>
          browser.fetch(address, {
            from: ORIGIN,
            headers: { referer: `https://evil.example/${encoded}`, 'x-request-id': encoded },
          }),
      ]) {
        const page = await ask()
        expect(page.status).toBeLessThan(504)
        expect(page.status).not.toBe(500)
        expect(page.text).not.toContain(payload)
        expect(page.text).not.toMatch(/<script|<img|<svg\/|onerror|javascript:|\+ADw-|\u202e|evil\.example/i)
        expect(page.setCookies.join()).not.toMatch(/x=1/)
      }
    }
  })

  it.each([
    ['a page', html(400, PAYLOADS.join('\n'))],
    [
      'an error',
      json(400, { error: 'invalid_grant', error_description: PAYLOADS.join(''), error_uri: 'javascript:alert(1)' }),
    ],
    [
      'a hundred kilobytes of description',
      json(400, { error: 'invalid_request', error_description: '<b>'.repeat(35_000) }),
    ],
    ['an error whose name is an attack', json(400, { error: PAYLOADS[0] })],
    ['a challenge', json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="<script>"' })],
  ])('shows nothing of %s that the token endpoint sent (HD-02, TE-06)', async (_, answer) => {
    servers.idp.change({ endpoints: { token: answer } })
    const { browser } = await openStage(adapter, servers)
    const page = await (await pendingLogin(browser)).deliver()
    expectClean(page)
    expect(page.text.length).toBeLessThan(20_000)
    expect(page.text).not.toMatch(/<b>|alert\(1\)|realm/)
    expect(page.headers.get('www-authenticate')).toBeNull()
  })

  it('is a page for a person and problem details for a program, with a code and a reference (HD-03)', async () => {
    const { browser, events } = await openStage(adapter, servers)
    const page = await arrive(browser, '/auth/callback/idp?code=x&state=y')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('transaction_missing')
    expect(page.text).toMatch(/<html lang="en">/)
    const shown = /Reference<\/dt><dd><code>([\w-]+)</.exec(page.text)?.[1]
    expect(events.at(-1)).toMatchObject({ type: 'request_refused', code: 'transaction_missing', reference: shown })

    const problem = await browser.fetch('/auth/callback/idp?code=x&state=y', { from: ORIGIN })
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
    const { reference, ...rest } = problem.json() as { reference: string }
    expect(rest).toMatchObject({
      status: 400,
      code: 'transaction_missing',
      type: 'urn:postern:error:transaction_missing',
    })
    expect(events.at(-1)).toMatchObject({ reference })
    expect(reference).not.toBe(shown)
  })

  it('is in a frame nowhere: not as a page, not as an error, not as a redirect (HD-04)', async () => {
    const { browser } = await openStage(adapter, servers)
    for (const path of [
      '/auth/login/idp',
      '/auth/logout',
      '/auth/callback/idp?code=x',
      '/auth/session',
      '/auth/signed-out',
    ]) {
      const page = await browser.embed(`${ORIGIN}${path}`, {
        as: 'iframe',
        from: 'https://evil.example/',
        redirects: 'manual',
      })
      expect(page.headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
    }
  })

  it('says the same of who or what is not known, whatever it was (HD-05)', async () => {
    const { browser } = await openStage(adapter, servers, {
      providers: [idpOf(servers.idp), idpOf(servers.other, {}, 'other')],
    })
    const shapeOf = (page: Page) => [
      page.status,
      page.text.replace(/"reference":"[^"]+"/, '').replace(/<code>[\w-]{12}<\/code>/, ''),
    ]
    const unknown = ['nobody', 'IDP', 'idp2', '__proto__', 'constructor', 'toString', '..', 'a'.repeat(60)]
    for (const path of ['login', 'callback', 'backchannel-logout', 'frontchannel-logout']) {
      const method = path === 'backchannel-logout' ? 'POST' : 'GET'
      const answers = []
      for (const id of unknown) {
        answers.push(shapeOf(await browser.fetch(`/auth/${path}/${id}?x=1`, { from: ORIGIN, method })))
      }
      const [first] = answers.filter(([status]) => status === 404)
      expect(answers.filter(([, text]) => text !== first?.[1]).length, path).toBeLessThanOrEqual(1)
    }
    const sessions = []
    for (const cookie of ['', '__Host-postern.session=x', `__Host-postern.session=1.v1.AAAAAAAA.${'A'.repeat(80)}`]) {
      sessions.push(shapeOf(await browser.fetch('/members', { from: ORIGIN, headers: { cookie } })))
    }
    expect(new Set(sessions.map((shape) => JSON.stringify(shape))).size).toBe(1)
  })
})

describe('both adapters', () => {
  it('give the same answers: status, headers, cookies and body, octet for octet (HD-06)', async () => {
    const time = Date.now()
    const [fastify, koa] = [await transcript('fastify', time), await transcript('koa', time)]
    expect(koa.length).toBeGreaterThan(60)
    expect(koa.length).toBe(fastify.length)
    for (const [index, entry] of fastify.entries()) expect(koa[index]).toEqual(entry)
  })
})

/** One answer of every kind the gateway gives: pages, redirects, JSON and refusals. */
async function everyAnswer(adapter: Adapter): Promise<readonly Page[]> {
  const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
  const { browser, newBrowser } = await openStage(adapter, servers, { providers })
  const script = { from: ORIGIN }
  const manual = { redirects: 'manual' } as const
  const nobody = newBrowser()
  const start = await browser.navigate('/auth/login/idp', manual)
  const answer = await start.follow(manual)
  const callback = await answer.follow(manual)
  return [
    start,
    callback,
    await browser.fetch('/auth/session', script),
    await nobody.fetch('/auth/session', script),
    await browser.navigate('/auth/login', manual),
    await nobody.navigate('/auth/login', manual),
    await browser.navigate('/auth/login/nobody', manual),
    await browser.fetch('/auth/login/idp', script),
    await browser.navigate('/auth/login/idp', { ...manual, method: 'PUT' }),
    await browser.navigate('/auth/login/idp', { ...manual, method: 'HEAD' }),
    await browser.navigate('/auth/callback/idp', manual),
    await browser.fetch('/auth/callback/idp', script),
    await arrive(browser, answer.location ?? ''),
    await browser.navigate('/auth/backchannel-logout/idp', { ...manual, method: 'POST', body: 'x' }),
    await browser.fetch('/auth/frontchannel-logout/idp', script),
    await browser.fetch('/auth/sessions', script),
    await browser.fetch('/auth/verify', script),
    await nobody.fetch('/auth/verify', script),
    await nobody.navigate('/auth/verify', manual),
    await browser.navigate('/auth/logout', manual),
    await browser.navigate('/auth/logout', { ...manual, method: 'POST', from: 'https://evil.example/' }),
    await browser.fetch('/auth/logout', { ...script, method: 'POST' }),
    await browser.navigate('/auth/logout', manual),
    await browser.navigate('/auth/signed-out', manual),
    await nobody.navigate('/members', manual),
    await nobody.fetch('/members', script),
    await browser.navigate('/scoped', manual),
  ]
}

const TARGETS = [
  '/auth/login',
  '/auth/login/idp',
  '/auth/login/idp?return_to=/two%20x',
  '/auth/login/idp?return_to=/\t/evil',
  '/auth/login/idp?return_to=%2Fcaf%C3%A9',
  '/auth/login/idp?return_to=/ok%250d%250ax',
  '/auth/login/idp?login_hint=%C3%A9',
  '/auth/login/nobody',
  '/auth/login/',
  '/auth/login?iss=x',
  '/auth/callback/idp',
  '/auth/callback/idp?code=x&state=y',
  '/auth/callback/idp?code=x&code=y&state=z',
  '/auth/callback/idp?error=access_denied',
  '/auth/callback/idp?error=%3Cscript%3E&state=x',
  '/auth/callback/idp?code=%00&state=x',
  '/auth/session',
  '/auth/sessions',
  '/auth/logout',
  '/auth/logout?return_to=//evil',
  '/auth/signed-out',
  '/auth/signed-out?state=x&provider=idp',
  '/auth/backchannel-logout/idp',
  '/auth/frontchannel-logout/idp?iss=x&sid=y',
  '/members',
  '/members?x=a%20b&y=%C3%A9',
  '/members?x=\'"<>',
  '/admin#/public',
  '/scoped',
  '/fresh',
  '/broken-guard',
]

const HEADERS: readonly (readonly [string, string])[] = [
  ['GET', 'Accept: text/html\r\n'],
  ['GET', 'Accept: application/json\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n'],
  ['HEAD', 'Accept: text/html\r\n'],
  ['POST', 'Accept: text/html\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nContent-Length: 0\r\n'],
  ['POST', 'Accept: */*\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Postern: 1\r\n'],
  ['OPTIONS', 'Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n'],
  ['DELETE', 'Accept: */*\r\n'],
]

interface Entry {
  readonly request: string
  readonly response: string
}

/** What an adapter puts on the wire, without what is different every time or no business of the gateway's. */
async function transcript(adapter: Adapter, time: number): Promise<readonly Entry[]> {
  const stage = await openStage(adapter, servers, {
    now: () => time,
    store: stores.open('memory', { now: () => time }),
    facts: { backchannelLogout: 'accept', frontchannelLogout: 'accept' },
  })
  const member = stage.newBrowser()
  await signIn(member)
  const entries: Entry[] = []
  for (const target of TARGETS) {
    for (const [method, headers] of HEADERS) {
      for (const who of ['nobody', 'a member']) {
        // A member who signs out is none any more.
        if (who === 'a member' && (target.includes('logout') || target.includes('/two'))) continue
        const cookie = who === 'nobody' ? '' : `Cookie: ${member.cookies.header(ORIGIN)}\r\n`
        const body = headers.includes('Content-Length: 2') ? '{}' : ''
        const response = await stage.browser.raw(
          `${method} ${encodeURI(target).replace(/%25/g, '%')} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n${headers}${cookie}\r\n${body}`,
        )
        const isOwn = target.startsWith('/auth/') || !response.text.startsWith('HTTP/1.1 200')
        if (isOwn && isOfGateway(response)) {
          entries.push({ request: `${method} ${target} ${headers} as ${who}`, response: normalised(response) })
        }
      }
    }
  }
  entries.push(...(await journey(stage)))
  return entries
}

/** A sign-in and a sign-out from beginning to end, and a failed one. */
async function journey({ newBrowser }: Stage): Promise<readonly Entry[]> {
  const browser = newBrowser()
  const entries: Entry[] = []
  const note = (page: Page): Page => {
    for (const hop of page.chain) {
      if (!hop.url.startsWith(`${ORIGIN}/auth`)) continue
      const lines = [...hop.headers].filter(([name]) => !FRAMING.has(name)).sort()
      entries.push({
        request: `${hop.method} ${masked(hop.url)}`,
        response: masked(JSON.stringify([hop.status, lines])),
      })
    }
    return page
  }
  note(await browser.navigate('/members'))
  const out = note(await browser.navigate('/auth/logout?return_to=/two'))
  note(await out.submit())
  servers.idp.change({ endpoints: { token: json(400, { error: 'invalid_grant' }) } })
  note(await browser.navigate('/members'))
  servers.idp.restore()
  return entries
}

/** A path that no route of the gateway has is the framework's to answer. */
function isOfGateway({ text }: RawResponse): boolean {
  return /^referrer-policy: no-referrer\r$/im.test(text)
}

// What the server itself adds: how the message is framed, and when it was sent.
const FRAMING = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'])

function normalised({ text }: RawResponse): string {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [status = '', ...lines] = head.split('\r\n')
  const kept = lines
    .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
    .filter((line) => !FRAMING.has(line.split(':', 1)[0] ?? ''))
    .sort()
  return masked([status, ...kept, '', rest.join('\r\n\r\n')].join('\n'))
}

/** Replaces what is random: states, challenges, seals and references. */
function masked(text: string): string {
  return text
    .replace(/(state|nonce|code_challenge|code|loop|id_token_hint)=[\w.%~-]{16,}/g, '$1=…')
    .replace(/(__Host-postern\.[\w.]*?)(\.tx\.)?[\w-]*=[\w.-]{16,}/g, '$1=…')
    .replace(/__Host-postern\.tx\.[\w-]+/g, '__Host-postern.tx.…')
    .replace(/__Host-postern\.loop=[\w-]+/g, '__Host-postern.loop=…')
    .replace(/"(reference|id)":"[\w-]{12,}"/g, '"$1":"…"')
    .replace(/<code>[\w-]{12}<\/code>/g, '<code>…</code>')
}
