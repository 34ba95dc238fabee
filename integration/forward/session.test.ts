import type { RequestListener } from 'node:http'
import { memoryStore } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { exchange, values } from './raw-client.ts'
import { ADAPTERS, startPlain, startTarget, type TargetRequest } from './servers.ts'
import { createForwardingGateway, openStage, PREFIX, SAME_ORIGIN, signIn } from './stage.ts'

const answer: RequestListener = (_message, response) =>
  void response.setHeader('cache-control', 'public, max-age=600').end('ok')

/** A target that takes no token but these. */
function taking(...tokens: readonly string[]): RequestListener {
  return ({ headers }, response) => {
    const isGood = tokens.some((token) => headers.authorization === `Bearer ${token}`)
    response
      .writeHead(isGood ? 200 : 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
      .end(isGood ? 'yes' : 'no')
  }
}

function bearers(requests: readonly TargetRequest[]): readonly (string | undefined)[] {
  return requests.map(({ rawHeaders }) => rawHeaders[rawHeaders.indexOf('authorization') + 1])
}

const MINUTE = 60_000

describe.each(Object.keys(ADAPTERS))('on %s, whoever asks', (adapter) => {
  it('reaches no target without a session (PX-24)', async () => {
    const { app, target, head: headOf, cookie } = await openStage(adapter, answer)
    const evil = `${cookie.slice(0, -12)}\r\n`
    const broken = ['Authorization: Bearer %\r\n', 'Cookie: __Host-postern.session=%E0%A4%A\r\n']
    const lines = ['', 'Cookie: __Host-postern.session=x\r\n', evil, 'Authorization: Bearer token-1\r\n', ...broken]
    for (const line of lines) {
      const head = `Host: a\r\n${line}${SAME_ORIGIN}Connection: close\r\n\r\n`
      const response = await exchange(app.port, `GET ${PREFIX}/x HTTP/1.1\r\n${head}`)
      expect(response.status).toBe(401)
      expect(response.body).toContain('"login_url":"https://app.example/auth/login/castle"')
      expect(values(response, 'location')).toEqual([])
    }
    expect(target.requests).toEqual([])
    expect(headOf('GET', '/')).toContain(cookie)
  })

  it('with a token of one provider never reaches the API of another (PX-21)', async () => {
    const moat = await startPlain()
    const { send, target } = await openStage(adapter, answer, { moat: moat.origin })
    const response = await send('GET', '/api/moat/x')
    expect([response.status, response.body]).toEqual([401, expect.stringContaining('/auth/login/moat')])
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(200)
    expect([moat.connections(), target.requests.length]).toEqual([0, 1])
    await moat.close()
  })

  it('is sent to sign in, and back, when a person opens the page', async () => {
    const { app, target } = await openStage(adapter, answer)
    const navigation =
      'Host: a\r\nAccept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\nConnection: close\r\n\r\n'
    const response = await exchange(app.port, `GET ${PREFIX}/x?a=1 HTTP/1.1\r\n${navigation}`)
    expect(response.status).toBe(303)
    expect(values(response, 'location')).toEqual([
      `https://app.example/auth/login/castle?return_to=${encodeURIComponent(`${PREFIX}/x?a=1`)}`,
    ])
    expect(target.requests).toEqual([])
  })

  it('reaches no target once the session has expired or was ended (PX-24)', async () => {
    let now = Date.now()
    const { send, target, gateway, cookie } = await openStage(adapter, answer, {
      gateway: { now: () => now, session: { idleTimeout: 60, absoluteTimeout: 120 } },
    })
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(200)
    const headers = { cookie: cookie.slice('Cookie: '.length).trim(), 'x-postern': '1' }
    const logout = {
      method: 'POST',
      target: '/auth/logout',
      headers,
      rawHeaders: [],
      form: async () => new URLSearchParams(),
    }
    await gateway.handle(logout)
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(401)
    const other = await openStage(adapter, answer, { gateway: { now: () => now, session: { idleTimeout: 60 } } })
    now += MINUTE
    expect((await other.send('GET', `${PREFIX}/x`)).status).toBe(401)
    expect([target.requests.length, other.target.requests.length]).toEqual([1, 0])
  })

  it('must fulfil what the prefix requires', async () => {
    const strict = await openStage(adapter, answer, { proxy: { require: { scope: ['admin'] } } })
    expect((await strict.send('GET', `${PREFIX}/x`)).status).toBe(403)
    const failing = await openStage(adapter, answer, {
      proxy: {
        require: {
          where: () => {
            throw new Error('no')
          },
        },
      },
    })
    expect((await failing.send('GET', `${PREFIX}/x`)).status).toBe(403)
    expect([...strict.target.requests, ...failing.target.requests]).toEqual([])
  })

  it('is known from a store as well', async () => {
    const { send, target } = await openStage(adapter, answer, { gateway: { store: memoryStore() } })
    expect((await send('GET', `${PREFIX}/x`)).body).toContain('ok')
    expect(bearers(target.requests)).toEqual(['Bearer token-1'])
  })

  it('goes with a renewed token when that was due, and gets the session that holds it', async () => {
    let now = Date.now()
    const { send, target, app } = await openStage(adapter, answer, { gateway: { now: () => now }, tokenLifetime: 600 })
    now += 11 * MINUTE
    const response = await send('GET', `${PREFIX}/x`)
    expect(bearers(target.requests)).toEqual(['Bearer token-2'])
    expect(values(response, 'cache-control')).toEqual(['private, no-store'])
    const [renewed = ''] = values(response, 'set-cookie')
    expect(renewed).toMatch(/^__Host-postern\.session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    await exchange(
      app.port,
      `GET ${PREFIX}/y HTTP/1.1\r\nHost: a\r\nCookie: ${renewed.split(';', 1)[0]}\r\n${SAME_ORIGIN}Connection: close\r\n\r\n`,
    )
    expect(bearers(target.requests)).toEqual(['Bearer token-2', 'Bearer token-2'])
  })

  it('keeps a renewed token although the target cannot be reached', async () => {
    let now = Date.now()
    const closed = await startPlain()
    await closed.close()
    const { send } = await openStage(adapter, answer, {
      gateway: { now: () => now },
      tokenLifetime: 600,
      origin: closed.origin,
    })
    now += 11 * MINUTE
    const response = await send('GET', `${PREFIX}/x`)
    expect(response.status).toBe(502)
    expect(values(response, 'set-cookie')).toEqual([expect.stringContaining('__Host-postern.session=')])
  })

  it('goes with a token of their own, a hundred users at once over connections that they share (CVE-2024-51987)', async () => {
    let now = Date.now()
    const target = await startTarget(answer)
    const tokenEndpoint: typeof fetch = async (_input, init) => {
      const form = new URLSearchParams(String(init?.body))
      const user = form.get('code') ?? form.get('refresh_token') ?? ''
      // So that they are not answered in the order in which they asked.
      await new Promise((resolve) => setTimeout(resolve, (Number(user.slice('user-'.length)) * 7) % 20))
      const kind = form.has('code') ? 'first' : 'renewed'
      return Response.json({
        access_token: `${kind}-of-${user}`,
        refresh_token: user,
        token_type: 'bearer',
        expires_in: 600,
      })
    }
    const gateway = createForwardingGateway(
      { origin: target.origin, gateway: { now: () => now } },
      { fetch: tokenEndpoint },
    )
    const app = await ADAPTERS[adapter]?.(gateway)
    const users = Array.from({ length: 100 }, (_, index) => `user-${index}`)
    const cookies = await Promise.all(users.map((user) => signIn(gateway, user)))
    const everybody = () =>
      Promise.all(
        users.flatMap((user, index) => {
          const head = `Host: a\r\nCookie: ${cookies[index]}\r\nX-Who: ${user}\r\n${SAME_ORIGIN}Connection: close\r\n\r\n`
          return [1, 2].map(() => exchange(app?.port ?? 0, `GET ${PREFIX}/x HTTP/1.1\r\n${head}`))
        }),
      )
    for (const kind of ['first', 'renewed']) {
      const before = target.requests.length
      expect(new Set((await everybody()).map(({ status }) => status))).toEqual(new Set([200]))
      const arrived = target.requests.slice(before)
      expect(arrived).toHaveLength(200)
      for (const { rawHeaders } of arrived) {
        const who = rawHeaders[rawHeaders.indexOf('X-Who') + 1]
        expect(rawHeaders[rawHeaders.indexOf('authorization') + 1]).toBe(`Bearer ${kind}-of-${who}`)
      }
      now += 11 * MINUTE
    }
    await Promise.all([app?.close(), target.close()])
  })

  it('is signed out, and told where to sign in, when the grant has died', async () => {
    let now = Date.now()
    const { send, target, refuseTokens } = await openStage(adapter, answer, {
      gateway: { now: () => now },
      tokenLifetime: 600,
    })
    refuseTokens()
    now += 11 * MINUTE
    const response = await send('GET', `${PREFIX}/x`)
    expect(response.status).toBe(401)
    expect(response.body).toContain('login_url')
    expect(values(response, 'set-cookie')).toEqual([expect.stringContaining('Max-Age=0')])
    expect(target.requests).toEqual([])
  })
})

describe.each(Object.keys(ADAPTERS))('on %s, a token the target refuses', (adapter) => {
  it('is renewed once, and the request repeated once (RF-14)', async () => {
    const { send, target, tokenRequests } = await openStage(adapter, taking('token-2'))
    const response = await send('GET', `${PREFIX}/x?a=1`)
    expect([response.status, response.body]).toEqual([200, expect.stringContaining('yes')])
    expect(bearers(target.requests)).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(target.requests.map((request) => request.target)).toEqual(['/v1/x?a=1', '/v1/x?a=1'])
    expect(tokenRequests).toEqual(['authorization_code', 'refresh_token'])
    expect(values(response, 'set-cookie')).toHaveLength(1)
  })

  it('is not renewed again when the target refuses the next one (RF-14)', async () => {
    const { send, target, tokenRequests } = await openStage(adapter, taking())
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, response.body]).toEqual([401, expect.stringContaining('no')])
    expect(values(response, 'www-authenticate')).toEqual([])
    expect(target.requests).toHaveLength(2)
    expect(tokenRequests).toHaveLength(2)
  })

  it('is left alone when the request had a body (RF-14)', async () => {
    const { send, target, tokenRequests } = await openStage(adapter, taking('token-2'))
    const response = await send('POST', `${PREFIX}/x`, '', 'once')
    expect([response.status, response.body]).toEqual([401, expect.stringContaining('no')])
    expect(target.requests).toHaveLength(1)
    expect(tokenRequests).toHaveLength(1)
  })

  it('is what the browser hears of when there is nothing to renew it with', async () => {
    const { send, target } = await openStage(adapter, taking(), { renewable: false })
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, response.body]).toEqual([401, expect.stringContaining('no')])
    expect(target.requests).toHaveLength(1)
    expect(values(response, 'set-cookie')).toEqual([])
  })

  it('ends the session when the provider will give no other', async () => {
    const { send, refuseTokens, target } = await openStage(adapter, taking())
    refuseTokens()
    const response = await send('GET', `${PREFIX}/x`)
    expect(response.status).toBe(401)
    expect(response.body).toContain('login_url')
    expect(values(response, 'set-cookie')).toEqual([expect.stringContaining('Max-Age=0')])
    expect(target.requests).toHaveLength(1)
  })

  it('is passed on whole when the target closes its connection at once', async () => {
    const plain = await startPlain((socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 70000\r\n\r\n'.concat('x'.repeat(70_000))),
      ),
    )
    const { send } = await openStage(adapter, answer, { origin: plain.origin, renewable: false })
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, response.body.length]).toEqual([401, 70_000])
    await plain.close()
  })

  it('is renewed once for everybody who was refused at the same time', async () => {
    const { send, target, tokenRequests } = await openStage(adapter, taking('token-2'))
    const responses = await Promise.all(Array.from({ length: 8 }, () => send('GET', `${PREFIX}/x`)))
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(tokenRequests).toHaveLength(2)
    expect(target.requests).toHaveLength(16)
  })
})
