import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import postern from '@postern/fastify'
import { postern as koaPostern } from '@postern/koa'
import Fastify from 'fastify'
import Koa from 'koa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startTarget } from './servers.ts'
import { createForwardingGateway, PREFIX, signIn } from './stage.ts'

const STARTERS = {
  async fastify(gateway: ReturnType<typeof createForwardingGateway>) {
    const app = Fastify({ http2: true })
    await app.register(postern, { gateway })
    onTestFinished(() => app.close())
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
  async koa(gateway: ReturnType<typeof createForwardingGateway>) {
    const app = new Koa()
    app.silent = true
    app.use(koaPostern(gateway))
    const server = createServer(app.callback()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      await gateway.close()
      server.close()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  },
}

describe.each(Object.entries(STARTERS))('on %s, a request over HTTP/2', (_, start) => {
  it('is answered with trailers, and broken off where the target breaks off (PX-17)', async () => {
    const target = await startTarget(({ url, socket }, response) => {
      response.writeHead(200, { trailer: 'x-sum' }).write('abc')
      if (url?.endsWith('/broken')) return void setTimeout(() => socket.destroy(), 20)
      response.addTrailers([
        ['X-Sum', '1'],
        ['X-Sum', '2'],
      ])
      response.end()
    })
    onTestFinished(() => target.close())
    const gateway = createForwardingGateway({ origin: target.origin })
    const cookie = await signIn(gateway)
    const session = connect(await start(gateway))
    onTestFinished(() => session.destroy())
    const ask = (path: string) =>
      session.request({ ':path': `${PREFIX}${path}`, cookie, 'sec-fetch-site': 'same-origin' })
    const whole = ask('/whole')
    const trailers = once(whole, 'trailers')
    expect([await text(whole), (await trailers)[0]]).toEqual(['abc', expect.objectContaining({ 'x-sum': '1, 2' })])
    const broken = ask('/broken')
    await expect(text(broken)).rejects.toThrow('NGHTTP2_INTERNAL_ERROR')
  })

  it.each(['with its length', 'without its length'])('keeps its body on the way to the target, %s', async (kind) => {
    const bodies: string[] = []
    const target = await startTarget(async (message, response) => {
      bodies.push(await text(message))
      response.end('ok')
    })
    onTestFinished(() => target.close())
    const gateway = createForwardingGateway({ origin: target.origin })
    const cookie = await signIn(gateway)
    const session = connect(await start(gateway))
    onTestFinished(() => session.destroy())
    const head = { ':path': `${PREFIX}/x`, cookie, 'sec-fetch-site': 'same-origin' }
    const ask = async (method: string, body?: string): Promise<unknown> => {
      const length = kind === 'with its length' && body !== undefined ? { 'content-length': body.length } : {}
      const stream = session.request({ ':method': method, ...head, ...length })
      stream.end(body)
      const [headers] = await once(stream, 'response')
      await text(stream)
      return headers[':status']
    }
    expect([await ask('POST', 'hello'), await ask('POST'), await ask('GET')]).toEqual([200, 200, 200])
    expect(bodies).toEqual(['hello', '', ''])
  })
})
