import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openConnection } from './raw-client.ts'
import { ADAPTERS } from './servers.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

const GIBIBYTE = 1024 ** 3
const CHUNK = Buffer.alloc(1024 * 1024, 'x')

/** A gibibyte, made as it is asked for. */
function* gibibyte(): Generator<Buffer> {
  for (let sent = 0; sent < GIBIBYTE; sent += CHUNK.length) yield CHUNK
}

/** Bytes of memory that were in use beyond `before`, at the worst. */
function watchMemory(): () => number {
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  return () => {
    clearInterval(timer)
    return most - before
  }
}

describe.each(Object.keys(ADAPTERS))('on %s, a gibibyte', (adapter) => {
  it('comes down within 64 MiB of memory, target and browser included (PX-17)', { timeout: 120_000 }, async () => {
    const { app, head } = await openStage(adapter, (_message, response) => {
      response.writeHead(200, { 'content-length': GIBIBYTE })
      Readable.from(gibibyte()).pipe(response)
    })
    const connection = openConnection(app.port)
    connection.socket.removeAllListeners('data')
    const extra = watchMemory()
    let octets = 0
    connection.socket.on('data', (chunk) => {
      octets += chunk.length
    })
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\n\r\n`))
    await new Promise((resolve) => connection.socket.once('close', resolve))
    expect(octets).toBeGreaterThan(GIBIBYTE)
    expect(extra() / 1024 ** 2).toBeLessThan(64)
  })

  it('goes up within 64 MiB of memory, target and browser included (PX-17)', { timeout: 120_000 }, async () => {
    const { promise, resolve } = Promise.withResolvers<number>()
    const { app, head } = await openStage(
      adapter,
      (message, response) => {
        let octets = 0
        message.on('data', (chunk: Buffer) => {
          octets += chunk.length
        })
        message.on('end', () => {
          resolve(octets)
          response.end()
        })
      },
      { proxy: { maxBodyBytes: GIBIBYTE } },
    )
    const connection = openConnection(app.port)
    const extra = watchMemory()
    connection.write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\nContent-Length: ${GIBIBYTE}\r\n\r\n`))
    Readable.from(gibibyte()).pipe(connection.socket, { end: false })
    expect(await promise).toBe(GIBIBYTE)
    expect(await connection.closed()).toMatch(/ 200 /)
    expect(extra() / 1024 ** 2).toBeLessThan(64)
  })
})
