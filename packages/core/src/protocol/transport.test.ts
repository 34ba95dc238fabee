import { createServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Respond, startServer, text, unusedOrigin } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import type { OAuth2Provider } from '../provider/provider.ts'
import { createCall, mayHaveArrived } from './transport.ts'

const servers: LocalServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(respond: Respond): Promise<LocalServer> {
  const server = await startServer(respond)
  servers.push(server)
  return server
}

function callTo(facts: Partial<OAuth2Provider> = {}) {
  return createCall(oauth2Provider('http://127.0.0.1:1', facts), fetch)
}

describe('where a call may go', () => {
  it.each([301, 302, 303, 307, 308])('never follows a redirect (%i), so nobody else sees the code', async (status) => {
    const evil = await serve(json(200, {}))
    const { origin } = await serve(text(status, '', { location: `${evil.origin}/token` }))
    const failure = await failureOf(callTo()(`${origin}/token`, { method: 'POST', body: 'code=canary' }))
    expect(failure).toMatchObject({ code: 'provider_response_invalid', providerStatus: status })
    expect(evil.received).toHaveLength(0)
  })

  it.each([
    'http://provider.example/token',
    'http://127.0.0.1.evil.example/token',
    'ftp://127.0.0.1/token',
    'https://user:password@provider.example/token',
    'https://provider.example/\r\ntoken',
    '/token',
    '',
  ])('sends nothing to %j', async (url) => {
    let calls = 0
    const call = createCall(oauth2Provider('http://127.0.0.1:1'), async () => {
      calls += 1
      return new Response('{}')
    })
    expect((await failureOf(call(url))).code).toBe('provider_response_invalid')
    expect(calls).toBe(0)
  })

  it('sends nothing over http to loopback without insecureLoopback', async () => {
    const { origin, received } = await serve(json(200, {}))
    const failure = await failureOf(callTo({ loopback: false })(origin))
    expect(failure.code).toBe('provider_response_invalid')
    expect(received).toHaveLength(0)
  })
})

describe('how much of an answer is read', () => {
  const large = JSON.stringify({ access_token: 'a'.repeat(20 * 1024 * 1024) })

  it.each([
    ['20 MB', text(200, large)],
    ['20 MB in a gzip of 20 kB', text(200, gzipSync(large), { 'content-encoding': 'gzip' })],
    ['20 MB in a brotli of a few bytes', text(200, brotliCompressSync(large), { 'content-encoding': 'br' })],
  ])('no more than 1 MiB of %s', async (_what, respond) => {
    const { origin } = await serve(respond)
    const failure = await failureOf(callTo()(origin))
    expect(failure.code).toBe('provider_response_invalid')
    expect(failure.message).toContain('1 MiB')
  })

  it('hangs up on a body without an end', async () => {
    let isClosed = false
    const { origin } = await serve((response) => {
      response.on('close', () => {
        isClosed = true
      })
      const write = (): void => {
        if (!isClosed) response.write('a'.repeat(64 * 1024), write)
      }
      write()
    })
    expect((await failureOf(callTo()(origin))).code).toBe('provider_response_invalid')
    await expect.poll(() => isClosed).toBe(true)
  })
})

describe('how long a call takes', () => {
  it.each([
    ['headers that never come', () => undefined],
    ['a body that never ends', (response) => void response.writeHead(200).write('{"access_token":')],
    [
      'a body that drips',
      (response) => {
        const drip = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(drip))
      },
    ],
  ] satisfies [string, Respond][])('no longer than the deadline, with %s', async (_what, respond) => {
    const { origin } = await serve(respond)
    const failure = await failureOf(callTo({ timeout: 0.2 })(origin))
    expect(failure.code).toBe('provider_timeout')
    expect(mayHaveArrived(failure)).toBe(true)
  })
})

describe('when the network fails', () => {
  it('says that nobody listens, and that nothing was sent', async () => {
    const failure = await failureOf(callTo()(await unusedOrigin()))
    expect(failure.code).toBe('provider_unreachable')
    expect(failure.cause).toEqual(new Error('ECONNREFUSED'))
    expect(mayHaveArrived(failure)).toBe(false)
  })

  it.each([
    ['before the headers', (socket: { destroy: () => void }) => socket.destroy()],
    [
      'in the middle of the body',
      (socket: { write: (data: string, done: () => void) => void; destroy: () => void }) =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"access_', () => socket.destroy()),
    ],
  ])('calls a connection that breaks %s unreachable: the request may have arrived', async (_when, act) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => act(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const failure = await failureOf(callTo()(`http://127.0.0.1:${port}/`))
    server.close()
    expect(failure.code).toBe('provider_unreachable')
    expect(mayHaveArrived(failure)).toBe(true)
  })
})

describe('what is made of a body', () => {
  it.each([
    ['JSON, whatever it is called', text(200, '{"a":1}', { 'content-type': 'text/html' }), 'json', { a: 1 }],
    ['JSON behind a byte order mark', text(200, '\ufeff{"a":1}'), 'json', { a: 1 }],
    ['an array', text(200, '[1]'), 'json', [1]],
    ['null', text(200, 'null'), 'json', null],
    ['HTML', text(200, '<html>Welcome</html>'), 'other', undefined],
    ['nothing', text(200, ''), 'empty', undefined],
    ['no content', text(204, ''), 'empty', undefined],
    ['a truncated object', text(200, '{"a":'), 'other', undefined],
    ['a firewall', text(403, '<title>Just a moment...</title>'), 'blocking_page', undefined],
    ['100,000 levels', text(200, `${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'other', undefined],
    ['bytes that are not UTF-8', text(200, Buffer.from([0xff, 0xfe, 0x7b])), 'other', undefined],
  ] satisfies [string, Respond, string, unknown][])('%s', async (_what, respond, form, expected) => {
    const { origin } = await serve(respond)
    const answer = await callTo()(origin)
    expect(answer.form).toBe(form)
    expect(answer.json).toEqual(expected)
  })
})

describe('a deadline', () => {
  it('passes also for a fetch that does not heed its signal, before the answer and in the middle of it', async () => {
    const never = new Promise<never>(() => undefined)
    const stuck = {
      async *[Symbol.asyncIterator]() {
        yield Buffer.from('{')
        await never
      },
    }
    const provider = oauth2Provider('http://127.0.0.1:1', { timeout: 0.05 })
    for (const send of [() => never, async () => ({ status: 200, headers: new Headers(), body: stuck })]) {
      const failure = await failureOf(createCall(provider, send)('https://as.example/token'))
      expect(failure.code).toBe('provider_timeout')
    }
  })
})
