import { METHODS } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, nameOf, SCRIPT, scope, signIn, startSignIn } from '../test/sign-in.ts'
import postern, { requireSignIn } from './index.ts'

const FORM = 'application/x-www-form-urlencoded'

describe('the routes of the gateway', () => {
  it('are found under any of the router options an application may have', async () => {
    const options: readonly FastifyServerOptions[] = [
      { exposeHeadRoutes: true },
      { exposeHeadRoutes: false },
      { routerOptions: { ignoreTrailingSlash: true, caseSensitive: false, ignoreDuplicateSlashes: true } },
      { trustProxy: true },
      { rewriteUrl: ({ url = '/' }) => url.replace(/^\/old/, '/auth') },
      { bodyLimit: 1 },
    ]
    for (const option of options) {
      const app = Fastify(option)
      await app.register(postern, { gateway: createCastleGateway() })
      app.get('/whoami', (request) => nameOf(request.auth))
      const cookie = await signIn(app)
      expect((await app.inject({ url: '/whoami', headers: { cookie } })).body).toBe('ann')
      const head = await app.inject({ method: 'HEAD', url: '/auth/login/castle', headers: NAVIGATION })
      expect(head.statusCode).toBe(405)
      const headers = { ...SCRIPT, cookie, 'content-type': FORM }
      const out = await app.inject({ method: 'POST', url: '/auth/logout', headers, payload: 'return_to=%2Fbye' })
      expect(out.json()).toEqual({ redirect: 'https://app.example/bye' })
    }
  })

  it('lie where the configuration says, whatever a client forwards and whichever proxies are trusted (CVE-2026-3635)', async () => {
    const options: readonly FastifyServerOptions[] = [
      {},
      { trustProxy: '10.0.0.0/8' },
      { trustProxy: ['127.0.0.1'] },
      { trustProxy: true },
    ]
    for (const option of options) {
      const app = Fastify(option)
      await app.register(postern, { gateway: createCastleGateway() })
      app.get('/page', { onRequest: requireSignIn() }, () => 'secret')
      const forwarded = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example', host: 'evil.example' }
      const headers = { ...NAVIGATION, ...forwarded }
      const guarded = await app.inject({ url: '/page', headers })
      expect(guarded.headers.location).toBe('https://app.example/auth/login/castle?return_to=%2Fpage')
      const login = await app.inject({ url: '/auth/login/castle', headers })
      const { searchParams } = new URL(String(login.headers.location))
      expect(searchParams.get('redirect_uri')).toBe('https://app.example/auth/callback/castle')
      for (const line of [login.headers['set-cookie'] ?? []].flat()) expect(line).toMatch(/^__Host-.*; Secure/)
    }
  })

  it('answer at the address the server was rewritten to', async () => {
    const app = Fastify({ rewriteUrl: ({ url = '/' }) => url.replace(/^\/old/, '/auth') })
    await app.register(postern, { gateway: createCastleGateway() })
    expect((await app.inject('/old/session')).json()).toEqual({ authenticated: false })
  })

  it('send a browser back to what it asked for, not to what the server made of it', async () => {
    const app = Fastify({ rewriteUrl: ({ url = '/' }) => url.replace(/^\/en/, '') })
    await app.register(postern, { gateway: createCastleGateway() })
    app.get('/page', { onRequest: requireSignIn() }, () => 'secret')
    const { headers } = await app.inject({ url: '/en/page?a=1', headers: NAVIGATION })
    expect(new URL(String(headers.location)).searchParams.get('return_to')).toBe('/en/page?a=1')
  })

  it('are the same under a prefix that basePath begins with', async () => {
    for (const prefix of ['/api', '/api/', '/api/auth']) {
      const app = Fastify()
      const gateway = createCastleGateway({ basePath: '/api/auth' })
      await app.register(
        scope((it) => it.register(postern, { gateway })),
        { prefix },
      )
      expect((await app.inject('/api/auth/session')).json()).toEqual({ authenticated: false })
    }
  })

  it('refuse a prefix that would put them somewhere else, and name both', async () => {
    for (const prefix of ['/api', '/au', '/:tenant', '/auth/more']) {
      const app = Fastify()
      app.register(
        scope((it) => it.register(postern, { gateway: createCastleGateway() })),
        { prefix },
      )
      await expect(app.ready()).rejects.toThrow(`basePath is /auth, but the gateway is mounted under ${prefix}`)
    }
  })

  it('leave the parsers of the application alone, and are left alone by them', async () => {
    const app = Fastify()
    app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, `parsed ${body}`))
    app.addHook('preParsing', async (_request, _reply, payload) => {
      return Readable.from([reversed(await text(payload))])
    })
    await app.register(postern, { gateway: createCastleGateway() })
    app.post('/form', (request) => request.body)
    const headers = { ...SCRIPT, 'content-type': FORM }
    const own = await app.inject({ method: 'POST', url: '/form', headers, payload: reversed('a=1') })
    expect(own.body).toBe('parsed a=1')
    const out = await app.inject({
      method: 'POST',
      url: '/auth/logout',
      headers,
      payload: reversed('return_to=%2Fbye'),
    })
    expect(out.json()).toEqual({ redirect: 'https://app.example/bye' })
  })

  it('do not open the application to forms', async () => {
    const app = Fastify()
    await app.register(postern, { gateway: createCastleGateway() })
    app.post('/json-only', (request) => request.body)
    const headers = { 'content-type': FORM }
    expect((await app.inject({ method: 'POST', url: '/json-only', headers, payload: 'a=1' })).statusCode).toBe(415)
  })

  it('run the hooks of the application, and are hidden from its documentation', async () => {
    const app = Fastify()
    const declared = new Map<string, unknown>()
    app.addHook('onRoute', ({ url, schema }) => {
      declared.set(url, { ...schema })
    })
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-app', 'yes')
    })
    const gateway = createCastleGateway()
    await app.register(postern, { gateway })
    const paths = gateway.routes.map(({ path }) => path)
    expect([...declared.keys()]).toEqual(expect.arrayContaining(paths))
    for (const schema of declared.values()) expect(schema).toEqual({ hide: true })
    expect((await app.inject('/auth/session')).headers['x-app']).toBe('yes')
  })
})

describe('what Fastify logs', () => {
  it('holds no code, no state and no cookie, at any level and however the callback ends', async () => {
    for (const failures of ['render', 'throw'] as const) {
      const { app, log } = logged()
      await app.register(postern, { gateway: createCastleGateway(), failures })
      const { url, cookie } = await startSignIn(app)
      const state = String(new URL(url, 'https://app.example').searchParams.get('state'))
      const secrets = [state, cookie.split('=')[1]]
      await app.inject({ url: `${url}&iss=a&iss=b`, headers: { ...NAVIGATION, cookie } })
      await app.inject({ url, headers: { ...NAVIGATION, cookie } })
      await app.inject({ url, headers: NAVIGATION })
      await app.inject({ method: 'PUT', url, headers: { cookie } })
      await app.inject({ url: `/auth/login/castle?return_to=/hidden-place`, headers: NAVIGATION })
      const lines = await log()
      expect(lines).toContain('"url":"/auth/callback/castle"')
      for (const secret of [...secrets, 'code=', 'hidden-place']) expect(lines).not.toContain(secret)
    }
  })

  it('has no query either for methods that Fastify does not know, and nothing answers to', async () => {
    const { app, log } = logged()
    await app.register(postern, { gateway: createCastleGateway() })
    const others = METHODS.filter((method) => !['CONNECT', 'GET', 'POST'].includes(method))
    for (const method of others) {
      for (const path of ['/auth/callback/castle', '/auth/login']) {
        // The types know those that Fastify knows.
        const asked = { method: method as 'HEAD', url: `${path}?code=hidden-code` }
        const { statusCode, headers } = await app.inject(asked)
        expect([method, path, statusCode, headers.allow]).toEqual([method, path, 405, expect.stringContaining('GET')])
        expect(headers['cache-control']).toContain('no-store')
      }
    }
    expect(await log()).not.toContain('hidden-code')
  })

  it('still has the fields Fastify always logs', async () => {
    const { app, log } = logged()
    await app.register(postern, { gateway: createCastleGateway() })
    await app.inject('/auth/session?a=1')
    const [incoming, completed] = (await log())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(incoming.req).toMatchObject({ method: 'GET', url: '/auth/session', host: 'localhost:80' })
    expect(completed.res).toEqual({ statusCode: 200 })
  })
})

/** What a hook of the application may have to undo before anyone can read a body. */
function reversed(body: string): string {
  return [...body].reverse().join('')
}

function logged() {
  const stream = new PassThrough()
  const app = Fastify({ logger: { level: 'trace', stream } })
  const log = async (): Promise<string> => {
    await app.close()
    stream.end()
    return text(stream)
  }
  return { app, log }
}
