import type { RequestListener, ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openConnection, parse, unchunk, values } from './raw-client.ts'
import { ADAPTERS, startPlain } from './servers.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

const answer: RequestListener = (message, response) => void message.resume().on('end', () => response.end('ok'))

async function plainTarget(...answer: Parameters<typeof startPlain>) {
  const plain = await startPlain(...answer)
  onTestFinished(() => plain.close())
  return plain
}

describe.each(Object.keys(ADAPTERS))('on %s, a request body', (adapter) => {
  it('that is announced too large is refused before anything is sent (PX-18)', async () => {
    const { app, head, target } = await openStage(adapter, answer, { proxy: { maxBodyBytes: 10 } })
    const connection = openConnection(app.port)
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Content-Length: 11\r\n\r\n`))
    expect(parse(await connection.until(/body_too_large/)).status).toBe(413)
    connection.socket.destroy()
    expect(target.requests).toEqual([])
  })

  it('that grows too large on the way is refused, and the connection serves the next request (PX-18)', async () => {
    const { app, head, send } = await openStage(adapter, answer, { proxy: { maxBodyBytes: 10 } })
    const connection = openConnection(app.port)
    connection.write(
      head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n`),
    )
    expect(parse(await connection.until(/body_too_large/)).status).toBe(413)
    connection.write(`5\r\nthird\r\n0\r\n\r\n${head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\n\r\n`)}`)
    expect(await connection.closed()).toMatch(/413[\s\S]*HTTP\/1\.1 200 /)
    expect((await send('POST', `${PREFIX}/x`, '', '0123456789')).status).toBe(200)
  })

  it('that stops coming is given up (PX-18)', async () => {
    const { app, head, target } = await openStage(adapter, answer, { proxy: { idleTimeout: 1 } })
    const connection = openConnection(app.port)
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Content-Length: 11\r\n\r\nhalf`))
    expect(parse(await connection.until(/request_timeout/)).status).toBe(408)
    connection.socket.destroy()
    expect(target.requests).toHaveLength(1)
  })
})

describe.each(Object.keys(ADAPTERS))('on %s, a target', (adapter) => {
  it('that is not there is a 502, and where it is stays unsaid', async () => {
    const closed = await startPlain()
    await closed.close()
    const { app, head, send, events } = await openStage(adapter, answer, { origin: closed.origin })
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, values(response, 'content-type')]).toEqual([502, ['application/problem+json']])
    expect(response.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED/)
    // A body that nobody took does not stand in the way of the next request.
    const connection = openConnection(app.port)
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Content-Length: 4\r\n\r\nbody`))
    await connection.until(/ 502 [\s\S]*upstream_unreachable/)
    connection.write(head('GET', '/public', `${SAME_ORIGIN}Connection: close\r\n\r\n`))
    expect(await connection.closed()).toMatch(/ 502 [\s\S]* 200 [\s\S]*public/)
    const advice = 'The connection said ECONNREFUSED.'
    expect(events.at(-1)).toMatchObject({
      type: 'request_refused',
      code: 'upstream_unreachable',
      provider: 'castle',
      advice,
    })
  })

  it('that says nothing is a 504, with and without a body (PX-18)', async () => {
    const { origin } = await plainTarget((socket) => void socket.resume())
    const { send } = await openStage(adapter, answer, { origin, proxy: { headersTimeout: 1 } })
    for (const [method, body] of [['GET'], ['POST', 'body']] as const) {
      const response = await send(method, `${PREFIX}/x`, '', body)
      expect([response.status, response.body]).toEqual([504, expect.stringContaining('upstream_timeout')])
    }
  })

  it('that has not finished its head is a 504 (PX-18)', async () => {
    const { origin } = await plainTarget((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nX-Slow: ')),
    )
    const { send } = await openStage(adapter, answer, { origin, proxy: { headersTimeout: 1 } })
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(504)
  })

  it('that falls silent breaks off, but not for having been slow (PX-18)', async () => {
    const { send } = await openStage(
      adapter,
      (_message, response) => {
        response.writeHead(200).write('0')
        let count = 1
        const timer = setInterval(() => {
          if (count < 4) response.write(`${count++}`)
          else clearInterval(timer)
        }, 400)
      },
      { proxy: { idleTimeout: 1 } },
    )
    const { status, body } = await send('GET', `${PREFIX}/x`)
    expect([status, unchunk(body)]).toEqual([200, { content: '0123', isWhole: false, trailers: '' }])
  })

  it('that never ends breaks off when all of it takes too long (PX-18)', async () => {
    const { send } = await openStage(
      adapter,
      (_message, response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write('.'), 50)
        response.on('close', () => clearInterval(timer))
      },
      { proxy: { totalTimeout: 1 } },
    )
    const { status, body } = await send('GET', `${PREFIX}/x`)
    expect([status, unchunk(body).isWhole]).toEqual([200, false])
  })

  it('with a head that is too large is a 502 (PX-18)', async () => {
    const { origin } = await plainTarget((socket) =>
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)),
    )
    const { send } = await openStage(adapter, answer, { origin })
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, response.body]).toEqual([502, expect.stringContaining('upstream_response_invalid')])
  })

  it.each([
    ['that is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['with a header line that is none', 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n'],
    ['with another coding than chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
  ])('%s is a 502 that says so (PX-18)', async (_, said) => {
    const { origin } = await plainTarget((socket) => socket.once('data', () => socket.end(said)))
    const { send } = await openStage(adapter, answer, { origin })
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, response.body]).toEqual([502, expect.stringContaining('upstream_response_invalid')])
  })

  it('may have a head as large as maxResponseHeaderBytes says, and no larger (PX-18)', async () => {
    const answered = (octets: number): RequestListener => {
      return (_message, response) => void response.writeHead(200, { 'x-large': 'x'.repeat(octets) }).end('ok')
    }
    const proxy = { maxResponseHeaderBytes: 32 * 1024 }
    const larger = await openStage(adapter, answered(30_000), { proxy })
    const response = await larger.send('GET', `${PREFIX}/x`)
    expect([response.status, values(response, 'x-large')]).toEqual([200, ['x'.repeat(30_000)]])
    const tooLarge = await openStage(adapter, answered(33_000), { proxy })
    expect((await tooLarge.send('GET', `${PREFIX}/x`)).status).toBe(502)
    const smaller = await openStage(adapter, answered(2000), { proxy: { maxResponseHeaderBytes: 1024 } })
    expect((await smaller.send('GET', `${PREFIX}/x`)).status).toBe(502)
  })

  it('is asked over so many connections and no more, and the rest of the application does not wait (DS-03)', async () => {
    const waiting: ServerResponse[] = []
    const { send, target } = await openStage(adapter, (_message, response) => void waiting.push(response), {
      proxy: { maxConnections: 2 },
    })
    const all = Promise.all(Array.from({ length: 5 }, (_, index) => send('GET', `${PREFIX}/${index}`)))
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve))
    expect((await send('GET', '/public')).body).toContain('public')
    expect(target.requests).toHaveLength(2)
    for (let answered = 0; answered < 5; answered += 1) {
      while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
      expect(waiting.length).toBeLessThanOrEqual(2)
      waiting.shift()?.end('ok')
    }
    expect((await all).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  it('that hangs on a thousand requests holds nothing else up (DS-03)', async () => {
    const { send, target } = await openStage(adapter, () => undefined)
    const slow = Array.from({ length: 1000 }, () => send('GET', `${PREFIX}/slow`))
    while (target.requests.length < 64) await new Promise((resolve) => setImmediate(resolve))
    expect((await send('GET', '/public')).status).toBe(200)
    expect((await send('GET', '/auth/session')).status).toBe(200)
    expect(target.requests).toHaveLength(64)
    await target.close()
    expect(new Set((await Promise.all(slow)).map(({ status }) => status))).toEqual(new Set([502]))
  })

  it('that hangs keeps nobody waiting for ever, and is not asked later what nobody waits for any more', async () => {
    const waiting: ServerResponse[] = []
    const { send, target } = await openStage(adapter, (_message, response) => void waiting.push(response), {
      proxy: { maxConnections: 1, connectTimeout: 1, headersTimeout: 1 },
    })
    const all = await Promise.all(Array.from({ length: 6 }, (_, index) => send('GET', `${PREFIX}/${index}`)))
    expect(all.map(({ status }) => status)).toEqual(Array(6).fill(504))
    const next = send('GET', `${PREFIX}/next`)
    while (target.requests.at(-1)?.target !== '/v1/next') await new Promise((resolve) => setImmediate(resolve))
    waiting.at(-1)?.end('ok')
    expect((await next).status).toBe(200)
    expect(target.requests.length).toBeLessThan(6)
  })

  it('does not wait for a browser that has stopped reading (PX-18)', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>()
    const { app, head } = await openStage(
      adapter,
      (_message, response) => {
        response.writeHead(200)
        resolve(response)
      },
      { proxy: { idleTimeout: 1 } },
    )
    const connection = openConnection(app.port)
    connection.socket.pause()
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}\r\n`))
    const response = await promise
    const closed = new Promise((done) => response.once('close', done))
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    for (let sent = 0; sent < 32; sent += 1) response.write(chunk)
    await closed
    connection.socket.destroy()
  })
})
