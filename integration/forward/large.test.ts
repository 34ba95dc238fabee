import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { openConnection } from './raw-client.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

const GIBIBYTE = 1024 ** 3
const CHUNK = Buffer.alloc(1024 * 1024, 'x')

/** Octets, made as they are asked for. */
function* octetsOf(length: number): Generator<Buffer> {
  for (let made = 0; made < length; made += CHUNK.length) yield CHUNK
}

/**
 * Bytes of memory that are in use beyond those of now, at the worst. Chunks that have gone through and were not collected
 * yet are in use by nobody: on a busy machine the collector lets as many of them lie as it likes.
 */
function watchMemory(): () => number {
  collectGarbage()
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => {
    collectGarbage()
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  return () => {
    clearInterval(timer)
    return most - before
  }
}

/** Node has it for those who ask. */
const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
})()

describe('a gibibyte', () => {
  // Both adapters stream with the same code: each has one direction.
  it('comes down through Fastify within 64 MiB of memory, target and browser included (PX-17)', {
    timeout: 300_000,
  }, async () => {
    const { app, head } = await openStage('fastify', (message, response) => {
      response.writeHead(200)
      Readable.from(octetsOf(Number(message.url?.split('/').at(-1)))).pipe(response)
    })
    const download = async (length: number): Promise<number> => {
      const { socket, write } = openConnection(app.port)
      let octets = 0
      socket.removeAllListeners('data').on('data', (chunk) => {
        octets += chunk.length
      })
      write(head('GET', `${PREFIX}/${length}`, `${SAME_ORIGIN}Connection: close\r\n\r\n`))
      await new Promise((resolve) => socket.once('close', resolve))
      return octets
    }
    // What is loaded and compiled on the way is not what is measured.
    await download(GIBIBYTE / 8)
    const extra = watchMemory()
    expect(await download(GIBIBYTE)).toBeGreaterThan(GIBIBYTE)
    expect(extra() / 1024 ** 2).toBeLessThan(64)
  })

  it('goes up through Koa within 64 MiB of memory, target and browser included (PX-17)', {
    timeout: 300_000,
  }, async () => {
    const { app, head } = await openStage(
      'koa',
      (message, response) => {
        let octets = 0
        message.on('data', (chunk: Buffer) => {
          octets += chunk.length
        })
        message.on('end', () => response.end(`${octets} octets`))
      },
      { proxy: { maxBodyBytes: GIBIBYTE } },
    )
    const upload = (length: number): Promise<string> => {
      const { socket, write, closed } = openConnection(app.port)
      write(head('POST', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\nContent-Length: ${length}\r\n\r\n`))
      Readable.from(octetsOf(length)).pipe(socket, { end: false })
      return closed()
    }
    await upload(GIBIBYTE / 8)
    const extra = watchMemory()
    expect(await upload(GIBIBYTE)).toContain(`${GIBIBYTE} octets`)
    expect(extra() / 1024 ** 2).toBeLessThan(64)
  })
})
