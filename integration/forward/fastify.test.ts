import cookie from '@fastify/cookie'
import type { Gateway } from '@postern/core'
import postern, { requireSignIn } from '@postern/fastify'
import Fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyServerOptions } from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exchange, values } from './raw-client.ts'
import { startTarget } from './servers.ts'
import { createForwardingGateway, PREFIX, SAME_ORIGIN, signIn } from './stage.ts'

/** An application around a gateway, and a target that takes whatever comes. */
async function startFastify(
  options: FastifyServerOptions,
  build: (app: FastifyInstance, gateway: Gateway) => PromiseLike<unknown>,
) {
  const target = await startTarget((message, response) => void message.resume().on('end', () => response.end('ok')))
  const gateway = createForwardingGateway({ origin: target.origin })
  const app = Fastify(options)
  await build(app, gateway)
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await target.close()
  })
  const cookieLine = `Cookie: ${await signIn(gateway)}\r\n`
  const send = (method: string, path: string, extra = '', body = '') =>
    exchange(
      Number(new URL(app.listeningOrigin).port),
      `${method} ${path} HTTP/1.1\r\nHost: a\r\n${cookieLine}${SAME_ORIGIN}Connection: close\r\n${extra}Content-Length: ${body.length}\r\n\r\n${body}`,
    )
  return { target, send }
}

describe('on Fastify, what is forwarded', () => {
  it('is what the core sees, under every option of the router (CVE-2026-22031)', async () => {
    for (const routerOptions of [
      { caseSensitive: false },
      { ignoreDuplicateSlashes: true },
      { ignoreTrailingSlash: true },
      { useSemicolonDelimiter: true },
    ]) {
      const { target, send } = await startFastify({ routerOptions }, (app, gateway) =>
        app.register(postern, { gateway }),
      )
      for (const path of ['/API/castle/x', '/api//castle/x', '//api/castle/x', '/%61pi/castle/x', '/api/castle;x/y']) {
        expect([path, (await send('GET', path)).status]).toEqual([path, 404])
      }
      expect(target.requests).toEqual([])
      for (const path of ['', '/', '/a//b', '/a;b']) {
        expect((await send('GET', `${PREFIX}${path}`)).status).toBe(200)
        expect(target.requests.at(-1)?.target).toBe(`/v1${path}`)
      }
    }
  })

  it('keeps the headers that hooks have set, but for those that are the gateway’s to say', async () => {
    const { send } = await startFastify({}, async (app, gateway) => {
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ 'x-frame-options': 'DENY', 'content-security-policy': 'default-src *', vary: 'x-hook' })
      })
      await app.register(postern, { gateway })
    })
    const response = await send('GET', `${PREFIX}/x`)
    expect(values(response, 'x-frame-options')).toEqual(['DENY'])
    expect(values(response, 'content-security-policy')).toEqual(["default-src 'none'; sandbox; frame-ancestors 'none'"])
    expect(values(response, 'vary')).toEqual(['x-hook', 'cookie'])
  })

  it('is stopped by hooks that stop requests, and by no guard', async () => {
    const { send, target } = await startFastify({}, async (app, gateway) => {
      app.addHook('onRequest', async (request, reply) => {
        if (request.headers['x-limited'] !== undefined) return reply.code(429).send('too many')
      })
      app.addHook('onRequest', requireSignIn())
      await app.register(postern, { gateway })
    })
    expect((await send('GET', `${PREFIX}/x`, 'X-Limited: 1\r\n')).status).toBe(429)
    expect(target.requests).toEqual([])
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(200)
  })

  it('is of any type and size, whatever Fastify would parse', async () => {
    const { send, target } = await startFastify({ bodyLimit: 10 }, async (app, gateway) => {
      await app.register(cookie)
      await app.register(postern, { gateway })
    })
    for (const type of ['application/json', 'text/plain', 'nonsense', 'multipart/form-data']) {
      expect((await send('POST', `${PREFIX}/x`, `Content-Type: ${type}\r\n`, '{'.repeat(1000))).status).toBe(200)
    }
    expect(target.requests).toHaveLength(4)
  })

  it('is refused where a hook has taken the body for itself', async () => {
    const { send, target } = await startFastify({}, async (app, gateway) => {
      app.addHook('preParsing', async (_request, _reply, payload) =>
        payload.pipe(new (await import('node:stream')).PassThrough()),
      )
      await app.register(postern, { gateway })
    })
    const response = await send('POST', `${PREFIX}/x`, '', 'body')
    expect([response.status, response.body]).toEqual([500, expect.stringContaining('body_already_read')])
    expect(target.requests).toEqual([])
  })

  it('leaves no query in the log, and its status there', async () => {
    const lines: string[] = []
    const stream = { write: (line: string) => void lines.push(line) }
    const { send } = await startFastify({ logger: { level: 'trace', stream } }, (app, gateway) =>
      app.register(postern, { gateway }),
    )
    await send('GET', `${PREFIX}/x?secret=canary`)
    while (!lines.join('').includes('request completed')) await new Promise((resolve) => setImmediate(resolve))
    expect(lines.join('')).toContain(`${PREFIX}/x`)
    expect(lines.join('')).toContain('"statusCode":200')
    expect(lines.join('')).not.toMatch(/canary|token-1|postern\.session/)
  })

  it('is only what stands under the prefix of its scope', async () => {
    const build = (app: FastifyInstance, gateway: Gateway) => {
      const scope: FastifyPluginAsync = async (inner) => void (await inner.register(postern, { gateway }))
      return app.register(scope, { prefix: '/other' })
    }
    await expect(startFastify({}, build)).rejects.toThrow('the gateway is mounted under /other')
  })
})
