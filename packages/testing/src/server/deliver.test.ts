import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createBrowser } from '../browser/browser.ts'
import { type Answer, drip, json } from './answer.ts'
import { gzipBomb } from './gzip-bomb.ts'
import { type RunningServer, startServer } from './start-server.ts'

let server: RunningServer | undefined

afterEach(() => server?.close())

async function serving(answer: Answer): Promise<RunningServer> {
  server = await startServer({ answer: async () => answer })
  return server
}

const OPENING = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

describe('an answer', () => {
  it('can be a broken connection', async () => {
    const { origin } = await serving('reset')
    await expect(fetch(origin)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  it('can be silence', async () => {
    const { origin } = await serving('hang')
    await expect(createBrowser().raw(OPENING, { to: origin, patience: 500 })).resolves.toMatchObject({
      text: '',
      closed: false,
    })
  })

  it('can break in the middle of its body', async () => {
    const { origin } = await serving({ ...json(200, { a: 1 }), after: 'reset' })
    const response = await fetch(origin)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })

  it('can stop after its headers and leave the connection open', async () => {
    const { origin } = await serving({ ...json(200, { a: 1 }), after: 'hang' })
    const { status, text, closed } = await createBrowser().raw(OPENING, { to: origin, patience: 500 })
    expect({ status, closed }).toEqual({ status: 200, closed: false })
    expect(text).toContain('{"a":1}')
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/)
  })

  it('can drip, and arrives whole in the end', async () => {
    const { origin } = await serving(drip(json(200, { a: 1 }), 5))
    await expect((await fetch(origin)).json()).resolves.toEqual({ a: 1 })
    const { text } = await createBrowser().raw(OPENING, { to: origin })
    expect(text.match(/\r\n1\r\n/g)).toHaveLength('{"a":1}'.length)
  })

  it('can be any octets at all', async () => {
    const { origin } = await serving({ raw: 'HTTP/1.1 200 OK\r\nx: \x01\r\nx: 2\r\n\r\n' })
    const { text } = await createBrowser().raw(OPENING, { to: origin })
    expect(text).toBe('HTTP/1.1 200 OK\r\nx: \x01\r\nx: 2\r\n\r\n')
  })

  it('repeats a header that has several values', async () => {
    const { origin } = await serving({ status: 200, headers: { 'Set-Cookie': ['a=1', 'b=2'] } })
    expect((await fetch(origin)).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('can unpack to far more than it weighs', () => {
    const { body } = gzipBomb(3)
    expect(body).toBeInstanceOf(Uint8Array)
    expect(body?.length).toBeLessThan(10_000)
    const unpacked = gunzipSync(body ?? '')
    expect(unpacked.length).toBe(3 * 1024 * 1024 + 2)
    expect(JSON.parse(unpacked.toString())).toEqual({})
  })
})
