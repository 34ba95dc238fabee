import { json, type Page } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import {
  expectAnonymous,
  expectClean,
  expectConsumed,
  expectNoSession,
  expectSafeLocation,
  expectSession,
  sessionCookies,
  transactionCookies,
} from '../outcomes.ts'
import {
  altered,
  approve,
  arrive,
  idpOf,
  ORIGIN,
  openStage,
  pendingLogin,
  SESSION,
  signIn,
  startLogin,
  TRANSACTION,
  useServers,
} from '../stage.ts'

const servers = useServers()
const tokenRequests = () => servers.received('token').length
const EVIL = 'https://evil.example'

describe.each(ADAPTERS)('on %s, the state of a sign-in', (adapter) => {
  it('a callback in another browser signs nobody in and spends nothing (TX-01)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser, '?return_to=/two')
    const thief = newBrowser()

    expectClean(await arrive(thief, pending.url), 400)
    await expectNoSession(thief)
    expect(tokenRequests()).toBe(0)

    const page = await pending.deliver()
    expect([page.status, page.location]).toEqual([303, `${ORIGIN}/two`])
    await expectSession(browser)
  })

  it('a callback in a browser that is signing in itself does not finish with the code of another (TX-01)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const thief = newBrowser()
    const own = await pendingLogin(thief)

    expectClean(await arrive(thief, pending.url), 400)
    expectClean(await arrive(thief, altered(own.url, { state: pending.state })), 400)
    expect(tokenRequests()).toBe(0)
    // The code of somebody else under a state of one's own: the verifier does not fit.
    expectClean(await arrive(thief, altered(own.url, { code: pending.code })))
    await expectNoSession(thief)
  })

  it('an attacker cannot sign a victim in as themselves: their callback finds no sign-in there (TX-01)', async () => {
    const { browser: attacker, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(attacker)
    const victim = newBrowser()
    await signIn(victim)
    const before = victim.cookies.snapshot()

    expectClean(await arrive(victim, pending.url), 400)
    expect(victim.cookies.snapshot()).toEqual(before)
    await expectSession(victim)
  })

  it('its cookie is Secure, HttpOnly, host-only and Lax (TX-02)', async () => {
    const { browser } = await openStage(adapter, servers)
    const [line = ''] = setCookies(await startLogin(browser))
    expect(line).toMatch(
      /^__Host-postern\.tx\.[A-Za-z0-9_-]{16,}=[A-Za-z0-9_.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(browser.cookies.refused).toEqual([])
  })

  it('its cookie is None where the answer is posted from the provider, and the sign-in works (TX-02)', async () => {
    const { browser } = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    const start = await startLogin(browser, '?return_to=/two')
    expect(setCookies(start)[0]).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=None$/)

    const form = await start.follow()
    const done = await form.submit()
    expect([done.status, done.url]).toEqual([200, `${ORIGIN}/two`])
    await expectSession(browser)
    expect(browser.cookies.refused).toEqual([])
    expect(transactionCookies(browser)).toEqual([])
  })

  it('neither verifier nor nonce nor return target can be read in its cookie (TX-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser, '?return_to=/dashboard')
    const [cookie] = transactionCookies(browser)
    await pending.deliver()
    const verifier = servers.received('token')[0]?.form.get('code_verifier') ?? ''
    const nonce = servers.received('authorization')[0]?.query.get('nonce') ?? ''
    expect(verifier).toMatch(/^.{43,128}$/)
    for (const encoding of ['utf8', 'base64', 'base64url', 'hex', 'latin1'] as const) {
      for (const part of [cookie?.value ?? '', ...(cookie?.value.split('.') ?? [])]) {
        const text = encoding === 'utf8' ? part : Buffer.from(part, encoding).toString('latin1')
        for (const secret of [verifier, nonce, pending.state, 'dashboard', servers.idp.issuer]) {
          expect(text).not.toContain(secret)
        }
      }
    }
  })

  it('a cookie with any character changed counts as no cookie (TX-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const [cookie] = transactionCookies(browser)
    const { name, value } = cookie ?? expect.unreachable()
    const flipped = [...value].map((character, at) => {
      // Both kinds of change: to a neighbour in the alphabet, which is where base64 has bits that mean nothing.
      const other = at % 2 === 0 || at > value.length - 4 ? neighbour(character) : character === 'A' ? 'B' : 'A'
      return value.slice(0, at) + other + value.slice(at + 1)
    })
    const changed = [
      ...flipped,
      ...[1, 2, 5, 22, value.length - 1].map((count) => value.slice(0, -count)),
      ...['A', '=', '==', '.', '.A', ' A', '%00'].map((more) => value + more),
      `A${value}`,
      value.toLowerCase(),
      value.toUpperCase(),
      encodeURIComponent(`${value}=`),
      '',
      `"${value}"`,
    ]
    const statuses = new Set<number>()
    for (const candidate of changed) {
      if (candidate === value) continue
      const page = await visit(browser, pending.url, `${name}=${candidate}`)
      statuses.add(page.status)
      expect(tokenRequests(), `${candidate.length}: …${candidate.slice(-6)}`).toBe(0)
    }
    expect([...statuses]).toEqual([400])
    // The proof that the loop above looked at the right thing.
    expect((await visit(browser, pending.url, `${name}=${value}`)).status).toBe(303)
  })

  it('the cookies of two sign-ins cannot take each other’s place (TX-03)', async () => {
    const { browser } = await openStage(adapter, servers)
    const one = await pendingLogin(browser)
    const [first] = transactionCookies(browser)
    const two = await pendingLogin(browser)
    const second = transactionCookies(browser).find(({ name }) => name !== first?.name)
    const swapped = `${first?.name}=${second?.value}; ${second?.name}=${first?.value}`
    for (const { url } of [one, two]) expectClean(await visit(browser, url, swapped), 400)
    expect(tokenRequests()).toBe(0)
  })

  it('it is over when its time is, whatever the browser still has, and one button starts again (TX-04)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time, transaction: { lifetime: 60 } })
    const pending = await pendingLogin(browser, '?return_to=/two')
    const kept = browser.cookies.snapshot()
    time += 60_000
    browser.cookies.restore(kept)

    const page = await pending.deliver()
    expectClean(page, 400)
    expect(tokenRequests()).toBe(0)
    expect(page.text).toContain('/auth/login/idp?return_to=%2Ftwo')
    await expectNoSession(browser)

    const again = await page.click('/auth/login/idp?return_to=%2Ftwo')
    expect([again.status, again.url]).toEqual([200, `${ORIGIN}/two`])
  })

  it('a millisecond before its time is over it still counts (TX-04)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time, transaction: { lifetime: 60 } })
    const pending = await pendingLogin(browser)
    time += 59_999
    expect((await pending.deliver()).status).toBe(303)
  })

  it('it is used up by a sign-in that worked (TX-05)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const before = browser.cookies.snapshot()
    await pending.deliver()
    await expectConsumed(browser, pending.url, before, tokenRequests)
  })

  it('it is used up by an error of the provider (TX-05)', async () => {
    servers.idp.change({ authorizationResponse: { error: 'access_denied', code: undefined } })
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const before = browser.cookies.snapshot()
    expectClean(await pending.deliver(), 403)
    expect(transactionCookies(browser)).toEqual([])
    await expectConsumed(browser, altered(pending.url, { error: undefined, code: 'late' }), before, tokenRequests)
  })

  it.each([
    ['invalid_grant', json(400, { error: 'invalid_grant' })],
    ['an outage', json(503, {})],
    ['a connection that breaks', 'reset' as const],
  ])(
    'it is used up by a token endpoint that answers with %s, and the next has nothing of it (TX-05)',
    async (_, answer) => {
      const { browser } = await openStage(adapter, servers)
      servers.idp.change({ endpoints: { token: answer } })
      const pending = await pendingLogin(browser)
      const before = browser.cookies.snapshot()
      expectClean(await pending.deliver())
      await expectConsumed(browser, pending.url, before, tokenRequests)

      servers.idp.restore()
      await signIn(browser)
      const [first, second] = servers.received('authorization').map(({ query }) => query)
      for (const name of ['state', 'nonce', 'code_challenge']) expect(first?.get(name)).not.toBe(second?.get(name))
      await expectSession(browser)
    },
  )

  it('a callback with a state of no sign-in leaves those under way alone (TX-06)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    for (const query of [
      'code=x&state=y',
      'error=access_denied&state=y',
      'error=access_denied',
      'error=access_denied&state=',
      'code=x',
      `code=x&state=${pending.state.slice(0, -1)}`,
      `code=x&state=${'%00'.repeat(20)}`,
      'code=x&state=__proto__',
      `code=a&code=b&state=${pending.state}`,
      '',
    ]) {
      expectClean(await arrive(browser, `/auth/callback/idp?${query}`), 400)
    }
    expect(tokenRequests()).toBe(0)
    await expectNoSession(browser)
    expect((await pending.deliver()).status).toBe(303)
    await expectSession(browser)
  })

  it('three tabs finish in any order, each where it was going (TX-07)', async () => {
    const { browser } = await openStage(adapter, servers)
    const tabs = [browser, browser.newTab(), browser.newTab()]
    const targets = ['/one', '/two', '/three']
    const starts: Page[] = []
    for (const [index, tab] of tabs.entries()) starts.push(await startLogin(tab, `?return_to=${targets[index]}`))
    for (const index of [2, 1, 0]) {
      const page = await starts[index]?.follow()
      expect([page?.status, page?.url]).toEqual([200, ORIGIN + targets[index]])
    }
    await expectSession(browser)
    expect(transactionCookies(browser)).toEqual([])
  })

  it('five hundred of them in one browser stay few and small, and the last one works (TX-08)', async () => {
    const { browser } = await openStage(adapter, servers)
    let largest = 0
    for (let count = 0; count < 500; count += 1) {
      expect((await startLogin(browser)).status).toBe(303)
      largest = Math.max(largest, browser.cookies.header(ORIGIN)?.length ?? 0)
    }
    const cookies = transactionCookies(browser)
    expect(cookies.length).toBeLessThanOrEqual(10)
    expect(cookies.reduce((sum, { name, value }) => sum + name.length + value.length, 0)).toBeLessThan(4096)
    expect(largest).toBeLessThan(6 * 1024)
    const page = await signIn(browser, '/two')
    expect([page.status, page.url]).toEqual([200, `${ORIGIN}/two`])
    await expectSession(browser)
  })

  it('those with long return targets stay small together too (TX-08)', async () => {
    const { browser } = await openStage(adapter, servers)
    const target = `/ok?${'x'.repeat(1900)}`
    for (let count = 0; count < 8; count += 1) {
      await startLogin(browser, `?return_to=${encodeURIComponent(target)}`)
      const octets = transactionCookies(browser).reduce((sum, { name, value }) => sum + name.length + value.length, 0)
      expect(octets).toBeLessThan(4096)
    }
    const page = await signIn(browser, target)
    expect(page.url).toBe(ORIGIN + target)
  })

  it('the oldest make room: a sign-in that was started lately is not pushed out by one more (TX-08)', async () => {
    let time = Date.now()
    const { browser } = await openStage(adapter, servers, { now: () => time })
    await pendingLogin(browser)
    time += 1000
    const second = await pendingLogin(browser, '?return_to=/two')
    for (let count = 0; count < 4; count += 1) {
      time += 1000
      await startLogin(browser)
    }
    expect((await second.deliver()).location).toBe(`${ORIGIN}/two`)
  })

  it('a cookie of the same name beside it, in either order, changes nothing or refuses (TX-09)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const [mine] = transactionCookies(browser)
    const attacker = newBrowser()
    await pendingLogin(attacker)
    const [theirs] = transactionCookies(attacker)
    const { name, value } = mine ?? expect.unreachable()
    const planted = [theirs?.value ?? '', 'evil', '', `${value}x`]
    for (const evil of planted) {
      for (const cookie of [`${name}=${evil}; ${name}=${value}`, `${name}=${value}; ${name}=${evil}`]) {
        const page = await visit(newBrowser(), pending.url, cookie)
        expect([303, 400]).toContain(page.status)
        if (page.status === 303) expect(page.location).toBe(`${ORIGIN}/`)
      }
    }
    expect(tokenRequests()).toBeLessThanOrEqual(1)
  })

  it('a hundred cookies of its name cost no more than a refusal (TX-09)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const [mine] = transactionCookies(browser)
    const flood = `${mine?.name}=x; `.repeat(100)
    expectClean(await visit(browser, pending.url, `${flood}${mine?.name}=${mine?.value}`), 400)
    expect(tokenRequests()).toBe(0)
  })

  it('a name in another case, or with something before it, is not its name (TX-09)', async () => {
    const { browser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const [mine] = transactionCookies(browser)
    const { name, value } = mine ?? expect.unreachable()
    const others = [
      name.toLowerCase(),
      name.toUpperCase(),
      name.replace('__Host-', '__host-'),
      name.replace('__Host-', '__Secure-'),
      name.replace('__Host-', ''),
      `x${name}`,
      `x ${name}`,
      `${name}x`,
      `a=b,${name}`,
      `"; ${name.slice(1)}`,
    ]
    for (const other of others) expectClean(await visit(browser, pending.url, `${other}=${value}`), 400)
    expect(tokenRequests()).toBe(0)
  })

  it('a session is no sign-in under way, and a sign-in under way is no session (TX-10)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser)
    const [transaction] = transactionCookies(browser)
    const member = newBrowser()
    await signIn(member)
    const session = member.cookies.get(SESSION)
    const inner = session?.value.replace(/^1\./, '') ?? ''

    for (const value of [session?.value, inner]) {
      expectClean(await visit(browser, pending.url, `${transaction?.name}=${value}`), 400)
    }
    expect(tokenRequests()).toBe(1)
    for (const value of [transaction?.value, `1.${transaction?.value}`]) {
      const page = await visit(browser, '/members', `${SESSION}=${value}`)
      expect([page.status, new URL(page.location ?? '').pathname]).toEqual([303, '/auth/login/idp'])
      expect((await visit(browser, '/auth/session', `${SESSION}=${value}`)).json()).toEqual({ authenticated: false })
    }
  })

  it('a callback leaves no cookie of it behind, whichever way it went (TX-11)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    await signIn(browser)
    expect(transactionCookies(browser)).toEqual([])

    servers.idp.change({ endpoints: { token: json(400, { error: 'invalid_grant' }) } })
    const unlucky = newBrowser()
    const page = await (await pendingLogin(unlucky)).deliver()
    expect(transactionCookies(unlucky)).toEqual([])
    expect(unlucky.cookies.refused).toEqual([])
    const [line] = page.setCookies
    expect(line).toMatch(/^__Host-postern\.tx\.[\w-]+=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  it('a form post leaves no cookie of it behind either (TX-11)', async () => {
    const { browser } = await openStage(adapter, servers, { facts: { responseMode: 'form_post' } })
    servers.idp.change({ endpoints: { token: json(400, { error: 'invalid_grant' }) } })
    const form = await (await startLogin(browser)).follow()
    expectClean(await form.submit({}, { redirects: 'manual' }))
    expect(transactionCookies(browser)).toEqual([])
    expect(browser.cookies.refused).toEqual([])
  })

  it('once it is used, the same callback takes a signed-in browser on, and gives it nothing new (decision 24)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    const pending = await pendingLogin(browser, '?return_to=/two')
    await pending.deliver()
    const again = await arrive(browser, pending.url)
    expect([again.status, again.location, again.setCookies]).toEqual([303, `${ORIGIN}/two`, []])
    expectSafeLocation(again)

    const stranger = newBrowser()
    const refused = await arrive(stranger, pending.url)
    expectClean(refused, 400)
    expect(refused.setCookies).toEqual([])
    await expectAnonymous(stranger)
    expect(tokenRequests()).toBe(1)
  })

  it('nobody becomes somebody else by naming them, before, at, or after the sign-in (CVE-2025-61928)', async () => {
    const named = new URLSearchParams({
      ...{ userId: 'admin', user_id: 'admin', sub: 'admin', subject: 'admin', id: 'admin', username: 'admin' },
      ...{ user: '{"id":"admin"}', 'user[id]': 'admin', sid: 'admin', email: 'admin@app.example', provider: 'other' },
    })
    const providers = [idpOf(servers.idp), idpOf(servers.other, {}, 'other')]
    const { browser } = await openStage(adapter, servers, { providers })
    const start = await browser.navigate(`/auth/login/idp?${named}`, { redirects: 'manual' })
    expect(start.location).not.toContain('admin')
    const pending = await approve(start)
    expect((await arrive(browser, `${pending.url}&${named}`)).status).toBe(303)
    await expectSession(browser)
    for (const path of ['/members', '/whoami']) {
      const page = await browser.fetch(`${path}?${named}`, { from: ORIGIN, headers: { 'x-user-id': 'admin' } })
      expect(page.json()).toMatchObject({ subject: 'user-1', provider: 'idp' })
    }
    const body = JSON.stringify(Object.fromEntries(named))
    const headers = { 'content-type': 'application/json' }
    const posted = await browser.fetch('/members', { from: ORIGIN, method: 'POST', body, headers })
    expect(posted.json()).toMatchObject({ subject: 'user-1', provider: 'idp' })
    expect((await browser.fetch(`/auth/session?${named}`, { from: ORIGIN })).text).not.toContain('admin')
  })

  it('nothing of a sign-in is taken from another site’s parameters (TX-01)', async () => {
    const { browser } = await openStage(adapter, servers)
    const page = await browser.navigate(`/auth/login/idp?state=fixed&nonce=fixed&code_verifier=fixed`, {
      from: EVIL,
      redirects: 'manual',
    })
    const { searchParams } = new URL(page.location ?? '')
    expect(searchParams.get('state')).not.toBe('fixed')
    expect(searchParams.get('nonce')).not.toBe('fixed')
    expect(sessionCookies(browser)).toEqual([])
  })
})

function setCookies({ setCookies: lines }: Page): readonly string[] {
  return lines.filter((line) => line.startsWith(TRANSACTION))
}

/** A navigation with exactly this `Cookie` header. */
function visit(browser: Parameters<typeof arrive>[0], address: string, cookie: string): Promise<Page> {
  return browser.navigate(address, { headers: { cookie }, redirects: 'manual' })
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function neighbour(character: string): string {
  const at = ALPHABET.indexOf(character)
  return at === -1 ? 'A' : (ALPHABET[at ^ 1] ?? 'A')
}
