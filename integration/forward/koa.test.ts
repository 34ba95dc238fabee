import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyParser } from '@koa/bodyparser'
import type { Gateway } from '@postern/core'
import { postern } from '@postern/koa'
import Koa from 'koa'
import mount from 'koa-mount'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exchange, values } from './raw-client.ts'
import { startTarget } from './servers.ts'
import { createForwardingGateway, PREFIX, SAME_ORIGIN, signIn } from './stage.ts'

/** An application around a gateway, and a target that takes whatever comes. */
async function startKoa(build: (app: Koa, gateway: Gateway) => void) {
  const target = await startTarget((message, response) => void message.resume().on('end', () => response.end('ok')))
  const gateway = createForwardingGateway({ origin: target.origin })
  const app = new Koa()
  const errors: unknown[] = []
  app.on('error', (error) => errors.push(error))
  build(app, gateway)
  const server = createServer(app.callback())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await gateway.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await target.close()
  })
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  const cookie = `Cookie: ${await signIn(gateway)}\r\n`
  const send = (method: string, path: string, extra = '', body = '') =>
    exchange(
      port,
      `${method} ${path} HTTP/1.1\r\nHost: a\r\n${cookie}${SAME_ORIGIN}Connection: close\r\n${extra}Content-Length: ${body.length}\r\n\r\n${body}`,
    )
  return { target, send, errors }
}

describe('on Koa, what is forwarded', () => {
  it('is refused, and not hung, below a parser that has read the body', async () => {
    const { send, target } = await startKoa((app, gateway) => void app.use(bodyParser()).use(postern(gateway)))
    const response = await send('POST', `${PREFIX}/x`, 'Content-Type: application/json\r\n', '{"a":1}')
    expect([response.status, response.body]).toEqual([500, expect.stringContaining('body_already_read')])
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(200)
    expect(target.requests).toHaveLength(1)
  })

  it('goes through above a parser', async () => {
    const { send, target } = await startKoa((app, gateway) => void app.use(postern(gateway)).use(bodyParser()))
    expect((await send('POST', `${PREFIX}/x`, 'Content-Type: application/json\r\n', '{')).status).toBe(200)
    expect(target.requests).toHaveLength(1)
  })

  it('keeps the headers of middleware above, whose code behind next finds it done', async () => {
    const statuses: number[] = []
    const { send, errors } = await startKoa((app, gateway) => {
      app.use(async (ctx, next) => {
        ctx.set({ 'x-frame-options': 'DENY', 'content-security-policy': 'default-src *' })
        await next()
        statuses.push(ctx.res.statusCode)
        ctx.set('x-late', '1')
      })
      app.use(postern(gateway))
    })
    const response = await send('GET', `${PREFIX}/x`)
    expect(values(response, 'x-frame-options')).toEqual(['DENY'])
    expect(values(response, 'content-security-policy')).toEqual(["default-src 'none'; sandbox; frame-ancestors 'none'"])
    expect([statuses, errors]).toEqual([[200], []])
  })

  it('is what the browser asked for, under a mount as well', async () => {
    const { send, target } = await startKoa((app, gateway) => {
      const inner = new Koa()
      inner.use(postern(gateway))
      app.use(mount('/api', inner))
    })
    expect((await send('GET', `${PREFIX}/x?a=%2e`)).status).toBe(200)
    expect(target.requests[0]?.target).toBe('/v1/x?a=%2e')
  })

  it('is what the application made of it, where that rewrites addresses', async () => {
    const { send, target } = await startKoa((app, gateway) => {
      app.use((ctx, next) => {
        ctx.url = ctx.url.replace('/old', PREFIX)
        return next()
      })
      app.use(postern(gateway))
    })
    expect((await send('GET', '/old/x')).status).toBe(200)
    expect((await send('GET', '/old/../x')).status).toBe(400)
    expect(target.requests.map((request) => request.target)).toEqual(['/v1/x'])
  })
})
