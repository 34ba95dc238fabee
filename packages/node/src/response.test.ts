import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Reply, Visit } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { sendReply, settle } from './index.ts'

const COOKIE = {
  name: 'a',
  value: '1',
  attributes: { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 1 },
} as const

const LINE = 'a=1; Max-Age=1; Path=/; HttpOnly; Secure; SameSite=Lax'

const HEADERS = [
  ['cache-control', 'no-store'],
  ['vary', 'cookie'],
] as const

/** What a browser sees of a listener that has already said something of its own. */
async function answerOf(listener: RequestListener): Promise<Response> {
  const server = createServer((message, response) => {
    response.setHeader('cache-control', 'max-age=1')
    response.setHeader('vary', 'accept')
    response.setHeader('set-cookie', 'earlier=1')
    listener(message, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  try {
    return await fetch(`http://127.0.0.1:${port}/`)
  } finally {
    server.close()
  }
}

describe('what goes onto a response', () => {
  const visit = (settlement: ReturnType<Visit['settle']>, asked: unknown[] = []): Visit => ({
    auth: { authenticated: false },
    load: () => undefined,
    guard: () => ({ type: 'next' }),
    settle(cacheControl) {
      asked.push(cacheControl)
      return settlement
    },
  })

  it('replaces what others have set, but for Vary and cookies', async () => {
    const reply: Reply = { type: 'reply', status: 404, headers: HEADERS, cookies: [COOKIE], body: 'not here' }
    for (const response of [
      await answerOf((_message, it) => sendReply(it, reply)),
      await answerOf((_message, it) => {
        it.statusCode = 404
        settle(it, visit({ headers: HEADERS, cookies: [COOKIE] }))
        it.end('not here')
      }),
    ]) {
      expect([response.status, await response.text()]).toEqual([404, 'not here'])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('vary')).toBe('accept, cookie')
      expect(response.headers.getSetCookie()).toEqual(['earlier=1', LINE])
    }
  })

  it('is what the visit says about the Cache-Control there is, and nothing when it says nothing', async () => {
    const asked: unknown[] = []
    const response = await answerOf((_message, it) => {
      settle(it, visit(undefined, asked))
      it.end()
    })
    expect(asked).toEqual(['max-age=1'])
    expect(response.headers.getSetCookie()).toEqual(['earlier=1'])
  })
})
