import type { RequestListener, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { exchange, openConnection, parse, values } from './raw-client.ts'
import { ADAPTERS } from './servers.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

const answer: RequestListener = (_message, response) => void response.end('ok')

describe.each(Object.keys(ADAPTERS))('on %s, a method', (adapter) => {
  it('is forwarded when it is on the list, and is what it was', async () => {
    const { send, target } = await openStage(adapter, answer)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await send(method, `${PREFIX}/x`, 'X-HTTP-Method-Override: DELETE\r\n')).status).toBe(200)
      expect(target.requests.at(-1)?.method).toBe(method)
    }
  })

  it('is refused with the list when it is not on it, TRACE always (PX-12)', async () => {
    const { send, target } = await openStage(adapter, answer, { proxy: { methods: ['GET', 'POST'] } })
    for (const method of ['HEAD', 'PUT', 'OPTIONS', 'TRACE', 'DELETE']) {
      const response = await send(method, `${PREFIX}/x`)
      expect([method, response.status, values(response, 'allow')]).toEqual([method, 405, ['GET, POST']])
    }
    expect(target.requests).toEqual([])
  })

  it('of CONNECT goes nowhere (PX-12)', async () => {
    const { app, target, cookie } = await openStage(adapter, answer)
    for (const path of [`127.0.0.1:${target.port}`, `${PREFIX}/x`]) {
      const { text } = await exchange(app.port, `CONNECT ${path} HTTP/1.1\r\nHost: a\r\n${cookie}${SAME_ORIGIN}\r\n`)
      expect(text).not.toMatch(/^HTTP\/1\.1 2/)
    }
    expect(target.requests).toEqual([])
  })

  it('does not matter where an upgrade is asked for: it is refused (PX-13)', async () => {
    const { app, target, head, send } = await openStage(adapter, answer)
    for (const upgrade of ['websocket', 'h2c', 'TLS/1.0']) {
      const lines = `${SAME_ORIGIN}Connection: Upgrade\r\nUpgrade: ${upgrade}\r\nSec-WebSocket-Version: 13\r\n\r\n`
      const connection = openConnection(app.port)
      connection.write(head('GET', `${PREFIX}/x`, lines))
      expect(parse(await connection.until(/\r\n\r\n/)).status).toBe(501)
      connection.socket.destroy()
    }
    expect((await send('POST', `${PREFIX}/x`, 'Upgrade: websocket\r\n')).status).toBe(501)
    expect(target.requests).toEqual([])
  })

  it('hides no second request (PX-11)', async () => {
    const { app, head, target, send } = await openStage(adapter, answer)
    // With a connection to the target open already, nothing has to be waited for.
    expect((await send('GET', `${PREFIX}/warm`)).status).toBe(200)
    const smuggled = head('DELETE', `${PREFIX}/smuggled`, `${SAME_ORIGIN}\r\n`)
    const attempts = [
      `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Content-Length: 0\r\nContent-Length: 90\r\n\r\n${smuggled}`,
      `Content-Length: +1\r\n\r\nx${smuggled}`,
      `Transfer-Encoding: chunked\r\n\r\n5;x\nabcde\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${smuggled}`,
      `Host: evil.example\r\nContent-Length: 0\r\n\r\n${smuggled}`,
      `X: a\r\n b\r\nContent-Length: 0\r\n\r\n`,
      `X: a\0b\r\nContent-Length: 0\r\n\r\n`,
    ]
    for (const attempt of attempts) {
      const before = target.requests.length
      const connection = openConnection(app.port)
      connection.write(head('POST', `${PREFIX}/x`, SAME_ORIGIN + attempt))
      const text = await connection.closed()
      expect([attempt, text]).toEqual([attempt, expect.stringMatching(/HTTP\/1\.1 400 /)])
      expect(target.requests.length - before).toBeLessThanOrEqual(1)
    }
    expect(target.requests.map((request) => request.target)).not.toContain('/v1/smuggled')
  })

  it('is not acted on behind one at another place that was not understood (PX-11)', async () => {
    const { app, head, target, send } = await openStage(adapter, answer)
    expect((await send('GET', `${PREFIX}/warm`)).status).toBe(200)
    for (const place of ['/auth/session', '/auth/login']) {
      const connection = openConnection(app.port)
      const ambiguous = head('GET', place, `Host: evil.example\r\n\r\n`)
      connection.write(ambiguous + head('DELETE', `${PREFIX}/smuggled`, `${SAME_ORIGIN}\r\n`))
      expect([place, await connection.closed()]).toEqual([place, expect.stringMatching(/^HTTP\/1\.1 400 /)])
    }
    expect(target.requests.map((request) => request.target)).toEqual(['/v1/warm'])
  })

  it('waits for its turn where several are sent at once, and each is answered in order', async () => {
    const { app, head, target } = await openStage(adapter, answer)
    const connection = openConnection(app.port)
    const body = `${SAME_ORIGIN}Content-Length: 2\r\n\r\nok`
    const last = head('GET', `${PREFIX}/3`, `${SAME_ORIGIN}Connection: close\r\n\r\n`)
    connection.write(head('GET', `${PREFIX}/1`, `${SAME_ORIGIN}\r\n`) + head('POST', `${PREFIX}/2`, body) + last)
    const text = await connection.closed()
    expect(text.match(/HTTP\/1\.1 200 /g)).toHaveLength(3)
    expect(target.requests.map((request) => request.target)).toEqual(['/v1/1', '/v1/2', '/v1/3'])
  })

  it('is not acted on when its browser has gone before its turn', async () => {
    const waiting: ServerResponse[] = []
    const { app, head, target } = await openStage(adapter, (_message, response) => void waiting.push(response))
    const connection = openConnection(app.port)
    const request = (path: string): string => head('GET', `${PREFIX}/${path}`, `${SAME_ORIGIN}\r\n`)
    connection.write(request('1') + request('2'))
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve))
    connection.socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(target.requests.map(({ target: path }) => path)).toEqual(['/v1/1'])
  })

  it('is not looked at where two hosts are named (PX-11)', async () => {
    const { send, target } = await openStage(adapter, answer)
    expect((await send('GET', `${PREFIX}/x`, 'Host: evil.example\r\n')).status).toBe(400)
    expect(target.requests).toEqual([])
  })
})
