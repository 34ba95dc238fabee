import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openConnection, parse, unchunk, values } from './raw-client.ts'
import { ADAPTERS, startPlain } from './servers.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

/** A target below HTTP that answers every request with these octets. */
async function plainTarget(answer: (socket: Socket) => void) {
  const plain = await startPlain((socket) => socket.once('data', () => answer(socket)))
  onTestFinished(() => plain.close())
  return plain
}

type Message = Parameters<RequestListener>[0]

const unused: RequestListener = (_message, response) => void response.end()

describe.each(Object.keys(ADAPTERS))('on %s, a response', (adapter) => {
  it('arrives as it is sent: head first, and each event when it happens (PX-17)', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>()
    const { app, head } = await openStage(adapter, (_message, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      resolve(response)
    })
    const connection = openConnection(app.port)
    connection.write(head('GET', `${PREFIX}/events`, `${SAME_ORIGIN}\r\n`))
    const response = await promise
    expect(parse(await connection.until(/\r\n\r\n/)).status).toBe(200)
    for (const event of ['one', 'two', 'three']) {
      response.write(`data: ${event}\n\n`)
      await connection.until(new RegExp(`data: ${event}\n\n`))
    }
    response.end()
    expect(unchunk(parse(await connection.until(/\r\n0\r\n\r\n$/)).body).content).toBe(
      'data: one\n\ndata: two\n\ndata: three\n\n',
    )
    connection.socket.destroy()
  })

  it('of no content, of none that changed, and to HEAD has no body and keeps its headers (PX-19)', async () => {
    const { send } = await openStage(adapter, (message, response) => {
      const status = Number(message.url?.split('/').at(-1))
      response.writeHead(status, status === 204 ? {} : { etag: '"1"', 'content-length': '5' })
      response.end(message.method === 'HEAD' || status !== 200 ? undefined : 'hello')
    })
    for (const [method, status, length] of [
      ['GET', 204, []],
      ['GET', 304, ['5']],
      ['HEAD', 200, ['5']],
      ['HEAD', 404, ['5']],
    ] as const) {
      const response = await send(method, `${PREFIX}/${status}`)
      expect([method, response.status, response.body]).toEqual([method, status, ''])
      expect(values(response, 'content-length')).toEqual(length)
      expect(values(response, 'transfer-encoding')).toEqual([])
    }
  })

  it('is the part that was asked for (PX-19)', async () => {
    const { send } = await openStage(adapter, (message, response) => {
      expect(message.headers.range).toBe('bytes=2-4')
      response
        .writeHead(206, { 'content-range': 'bytes 2-4/10', 'accept-ranges': 'bytes', 'content-length': '3' })
        .end('cde')
    })
    const response = await send('GET', `${PREFIX}/x`, 'Range: bytes=2-4\r\n')
    expect([response.status, response.body]).toEqual([206, 'cde'])
    expect(values(response, 'content-range')).toEqual(['bytes 2-4/10'])
  })

  it('that is compressed arrives byte for byte (PX-19)', async () => {
    const packed = gzipSync('hello '.repeat(1000))
    const { send } = await openStage(adapter, (_message, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed)
    })
    const response = await send('GET', `${PREFIX}/x`, 'Accept-Encoding: gzip\r\n')
    expect(values(response, 'content-encoding')).toEqual(['gzip'])
    expect(Buffer.from(response.body, 'latin1').equals(packed)).toBe(true)
  })

  it('comes after interim ones, which are between the target and us (PX-19)', async () => {
    const { send } = await openStage(adapter, (_message, response) => {
      response.writeProcessing()
      response.writeEarlyHints({ link: '</evil.css>; rel=preload' })
      response.writeHead(200).end('done')
    })
    const response = await send('GET', `${PREFIX}/x`)
    expect(response.text).toMatch(/^HTTP\/1\.1 200 /)
    expect(response.text).not.toContain('evil')
  })

  it('brings its trailers, but for those that are orders', async () => {
    const { send } = await openStage(adapter, (_message, response) => {
      response.writeHead(200, { trailer: 'x-sum' }).write('content')
      response.addTrailers([
        ['x-sum', 'abc'],
        ['x-sum', 'def'],
        ['set-cookie', 'evil=1'],
        ['content-type', 'text/html'],
      ])
      response.end()
    })
    const { content, trailers, isWhole } = unchunk((await send('GET', `${PREFIX}/x`)).body)
    expect([content, isWhole]).toEqual(['content', true])
    expect(trailers).toMatch(/^x-sum: abc\r\nx-sum: def\r\n\r\n$/i)
  })

  it('that breaks off at the target breaks off at the browser (PX-17)', async () => {
    for (const answer of [
      'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf',
      'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nhalf\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n',
    ]) {
      for (const end of ['end', 'resetAndDestroy'] as const) {
        const { origin } = await plainTarget((socket) =>
          socket.write(answer, () => setTimeout(() => socket[end](), 20)),
        )
        const { app, head, events } = await openStage(adapter, unused, { origin })
        const connection = openConnection(app.port)
        connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}\r\n`))
        const { status, headers, body } = parse(await connection.closed())
        expect([answer, status]).toEqual([answer, 200])
        expect(
          headers.some(([name]) => name === 'transfer-encoding') ? unchunk(body).isWhole : body.length === 1000,
        ).toBe(false)
        expect(events.at(-1)).toMatchObject({ type: 'request_refused', provider: 'castle' })
      }
    }
  })

  it('that is no HTTP is a 502', async () => {
    for (const answer of [
      'nonsense\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nX: a\x01b\r\n\r\n',
      'HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n',
      'HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
      'HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n',
      'HTTP/2 200\r\n\r\n',
      '',
    ]) {
      const { origin } = await plainTarget((socket) => socket.end(answer))
      const { send } = await openStage(adapter, unused, { origin })
      const response = await send('GET', `${PREFIX}/x`)
      expect([answer, response.status]).toEqual([answer, 502])
      expect(values(response, 'content-type')).toEqual(['application/problem+json'])
      expect(values(response, 'x')).toEqual([])
    }
  })

  it('that waits for a browser makes the target wait (PX-17)', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>()
    const { app, head } = await openStage(adapter, (_message, response) => {
      response.writeHead(200)
      resolve(response)
    })
    const connection = openConnection(app.port)
    connection.socket.pause()
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}\r\n`))
    const response = await promise
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    let sent = 0
    // As much as the kernel holds on the way, and then no more.
    while (response.write(chunk) || (await drained(response))) {
      sent += 1
      expect(sent).toBeLessThan(64)
    }
    expect(response.writableLength).toBeGreaterThan(0)
    connection.socket.resume()
    await once(response, 'drain')
    response.end()
    await connection.until(/\r\n0\r\n\r\n$/)
    connection.socket.destroy()
  })

  it('nobody waits for any more ends at the target (PX-17)', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>()
    const { app, head, events } = await openStage(adapter, (_message, response) => {
      response.writeHead(200).write('first')
      resolve(response)
    })
    const connection = openConnection(app.port)
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}\r\n`))
    const response = await promise
    await connection.until(/first/)
    connection.socket.destroy()
    await once(response, 'close')
    expect(response.writableFinished).toBe(false)
    expect(events.filter(({ type }) => type === 'request_refused')).toEqual([])
  })

  it('nobody waits for ends at the target before it has begun', async () => {
    const { promise, resolve } = Promise.withResolvers<Message>()
    const { app, head } = await openStage(adapter, (message) => resolve(message))
    const connection = openConnection(app.port)
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}\r\n`))
    const message = await promise
    const gone = once(message.socket, 'close')
    connection.socket.destroy()
    await gone
  })
})

describe.each(Object.keys(ADAPTERS))('on %s, a request body', (adapter) => {
  it('arrives as it is sent, while the response is under way (PX-17)', async () => {
    const { app, head } = await openStage(adapter, (message, response) => {
      response.writeHead(200)
      message.pipe(response)
    })
    const connection = openConnection(app.port)
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Transfer-Encoding: chunked\r\n\r\n`))
    for (const word of ['alpha', 'beta', 'gamma']) {
      connection.write(`${word.length.toString(16)}\r\n${word}\r\n`)
      await connection.until(new RegExp(word))
    }
    connection.write('0\r\n\r\n')
    expect(unchunk(parse(await connection.until(/\r\n0\r\n\r\n$/)).body).content).toBe('alphabetagamma')
    connection.socket.destroy()
  })

  it('keeps its length, its type and every octet, whatever the method and the type', async () => {
    const bodies: Buffer[] = []
    const seen: unknown[] = []
    const { app, head } = await openStage(adapter, async (message, response) => {
      bodies.push(await buffer(message))
      const { method, headers } = message
      seen.push([method, headers['content-type'], headers['content-length'], headers['transfer-encoding']])
      response.end()
    })
    const octets = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      'nonsense',
      'multipart/form-data; boundary=x',
    ]
    for (const [index, method] of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].entries()) {
      const connection = openConnection(app.port)
      connection.write(
        head(
          method,
          `${PREFIX}/x`,
          `${SAME_ORIGIN}Connection: close\r\nContent-Type: ${types[index]}\r\nContent-Length: 256\r\n\r\n`,
        ),
      )
      connection.write(octets)
      expect(parse(await connection.closed()).status).toBe(200)
      expect(bodies.at(-1)?.equals(octets)).toBe(true)
      expect(seen.at(-1)).toEqual([method, types[index], '256', undefined])
    }
  })

  it('that waits for 100 Continue is asked for', async () => {
    const { app, head, target } = await openStage(adapter, (message, response) => void message.pipe(response))
    const connection = openConnection(app.port)
    connection.write(
      head(
        'POST',
        `${PREFIX}/x`,
        `${SAME_ORIGIN}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
      ),
    )
    await connection.until(/^HTTP\/1\.1 100 /)
    connection.write('body')
    expect(parse(await connection.closed()).text).toMatch(/body/)
    expect(target.requests[0]?.rawHeaders.map((line) => line.toLowerCase())).not.toContain('expect')
  })

  it('that the target does not wait for does no harm, and the connection serves the next request', async () => {
    const { app, head } = await openStage(adapter, (message, response) => {
      if (message.method === 'GET') response.end('second')
      else response.writeHead(403).end('first')
    })
    const connection = openConnection(app.port)
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Content-Length: 1000000\r\n\r\n`))
    connection.write(Buffer.alloc(300_000, 'x'))
    await connection.until(/ 403 [\s\S]*first/)
    connection.write(Buffer.alloc(700_000, 'x'))
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\n\r\n`))
    expect(await connection.closed()).toMatch(/ 403 [\s\S]*first[\s\S]* 200 [\s\S]*second/)
  })

  it('that breaks off breaks off at the target (PX-17)', async () => {
    const { promise, resolve } = Promise.withResolvers<Message>()
    const { app, head } = await openStage(adapter, (message) => {
      message.resume()
      resolve(message)
    })
    const connection = openConnection(app.port)
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Content-Length: 1000\r\n\r\nhalf`))
    const message = await promise
    const closed = new Promise((resolve) => message.once('close', resolve))
    connection.socket.destroy()
    await closed
    expect(message.complete).toBe(false)
  })

  it('that waits for the target makes the browser wait (PX-17)', async () => {
    const { promise, resolve } = Promise.withResolvers<[Message, ServerResponse]>()
    const { app, head } = await openStage(
      adapter,
      (message, response) => {
        message.pause()
        resolve([message, response])
      },
      { proxy: { maxBodyBytes: 1024 ** 3 } },
    )
    const connection = openConnection(app.port)
    connection.write(
      head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`),
    )
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    connection.write(chunk)
    const [message, response] = await promise
    let sent = 1
    while (sent < 64) {
      sent += 1
      if (!connection.socket.write(chunk) && !(await drained(connection.socket))) break
    }
    expect(sent).toBeLessThan(64)
    message.resume()
    for (; sent < 64; sent += 1) connection.write(chunk)
    await once(message, 'end')
    response.end('all of it')
    expect(parse(await connection.closed()).text).toContain('all of it')
  })
})

/** Whether what was written goes anywhere. Where nothing leaves the machine, what has not gone by then is not going to. */
async function drained(stream: ServerResponse | Socket): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const onDrain = (): void => resolve(true)
  stream.once('drain', onDrain)
  const timer = setTimeout(() => resolve(false), 300)
  const hasDrained = await promise
  clearTimeout(timer)
  stream.off('drain', onDrain)
  return hasDrained
}
