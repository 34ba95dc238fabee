import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { SendRequest } from '@postern/core'
import { afterEach, describe, expect, it } from 'vitest'
import { send } from './send.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(listener: RequestListener): Promise<string> {
  return listening(createServer(listener))
}

async function listening(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
}

function request(overrides: Partial<SendRequest> = {}): SendRequest {
  return {
    method: 'GET',
    headers: {},
    body: null,
    redirect: 'manual',
    signal: new AbortController().signal,
    ...overrides,
  }
}

async function textOf(url: string, overrides?: Partial<SendRequest>): Promise<string> {
  const { body } = await send(url, request(overrides))
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('what is sent', () => {
  it('has the method, the headers, and a body of declared length', async () => {
    const url = await serve(async (incoming, response) => {
      const body: Buffer[] = []
      for await (const chunk of incoming) body.push(chunk)
      const { 'content-length': length, 'transfer-encoding': encoding, authorization } = incoming.headers
      response.end(`${incoming.method} ${length} ${encoding} ${authorization} ${Buffer.concat(body)}`)
    })
    const headers = { authorization: 'Basic abc', 'content-type': 'application/x-www-form-urlencoded' }
    expect(await textOf(url, { method: 'POST', headers, body: 'code=ü' })).toBe('POST 7 undefined Basic abc code=ü')
  })

  it('asks for an answer that is not compressed', async () => {
    const url = await serve((incoming, response) => response.end(incoming.headers['accept-encoding']))
    expect(await textOf(url)).toBe('identity')
  })

  it('goes over a connection that is kept', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((incoming, response) => {
      ports.add(incoming.socket.remotePort)
      response.end()
    })
    for (let index = 0; index < 5; index += 1) await textOf(url)
    expect(ports.size).toBe(1)
  })

  it('is sent once, also where the connection breaks', async () => {
    let requests = 0
    const url = await serve((incoming) => {
      requests += 1
      incoming.socket.destroy()
    })
    await expect(send(url, request({ method: 'POST', body: 'code=1' }))).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(requests).toBe(1)
  })
})

describe('what comes back', () => {
  it('has the status and every header line', async () => {
    const url = await serve((_, response) =>
      response
        .writeHead(
          418,
          [
            ['x-a', '1'],
            ['x-a', '2'],
            ['retry-after', '7'],
          ].flat(),
        )
        .end(),
    )
    const { status, headers } = await send(url, request())
    expect(status).toBe(418)
    expect(headers.get('x-a')).toBe('1, 2')
    expect(headers.get('retry-after')).toBe('7')
  })

  it('is a redirect where the server sends one, and nobody follows it', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests += 1
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    const { status } = await send(url, request())
    expect(status).toBe(307)
    expect(requests).toBe(1)
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('is decompressed where the server has compressed it: %s', async (encoding, compress) => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress('{"access_token":"a"}'))
    })
    expect(await textOf(url)).toBe('{"access_token":"a"}')
  })

  it('comes whole, however it is cut and however late', async () => {
    const parts = ['{"access_token":', '"', 'é', '"}'].map((part) => Buffer.from(part))
    const url = await serve(async (_, response) => {
      for (const part of parts) {
        response.write(part)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      response.end()
    })
    expect(await textOf(url)).toBe('{"access_token":"é"}')
    expect(await textOf(await serve((_, response) => response.end()))).toBe('')
    expect(await textOf(await serve((_, response) => response.writeHead(204).end()))).toBe('')
    const large = 'x'.repeat(3_000_000)
    expect(await textOf(await serve((_, response) => response.end(large)))).toBe(large)
  })

  it('can be left unread: a bomb costs what was read of it', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
    const url = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    const before = process.memoryUsage().arrayBuffers
    const { body } = await send(url, request())
    let octets = 0
    for await (const chunk of body ?? []) {
      octets += chunk.byteLength
      if (octets > 1024 * 1024) break
    }
    expect(octets).toBeLessThan(2 * 1024 * 1024)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024)
  })

  it('fails while it is read when the compression is broken, or the connection', async () => {
    const broken = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'))
    await expect(textOf(broken)).rejects.toMatchObject({ code: 'Z_DATA_ERROR' })
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy())
    })
    await expect(textOf(cut)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})

describe('a deadline', () => {
  it('ends a request that nobody answers', async () => {
    const url = await serve(() => undefined)
    const controller = new AbortController()
    const sent = send(url, request({ signal: controller.signal }))
    setTimeout(() => controller.abort(), 20)
    await expect(sent).rejects.toMatchObject({ code: 'ABORT_ERR' })
  })

  it('ends a body that drips', async () => {
    const url = await serve((_, response) => void response.writeHead(200).write('{'))
    const controller = new AbortController()
    const { body } = await send(url, request({ signal: controller.signal }))
    setTimeout(() => controller.abort(), 20)
    await expect(
      (async () => {
        for await (const _ of body ?? []);
      })(),
    ).rejects.toThrow()
  })
})

it('refuses an answer that asks for another protocol', async () => {
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'
  const url = await listening(createTcpServer((socket) => socket.write(answer)))
  await expect(send(url, request())).rejects.toMatchObject({ code: 'ECONNRESET' })
})

it('refuses what is not HTTP', async () => {
  const url = await listening(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))
  await expect(send(url, request())).rejects.toMatchObject({ code: expect.stringMatching(/^HPE_/) })
})
