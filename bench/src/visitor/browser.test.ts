import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { bytesOf, createBrowser } from './browser.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A listening server has no port')
  return `http://127.0.0.1:${address.port}`
}

describe('a browser', () => {
  it('sends the cookies it was given, and forgets those that are over', async () => {
    const lines = new Map([
      ['/first', ['a=1; Path=/', 'b=2; Max-Age=60']],
      ['/second', ['a=; Max-Age=0', 'c=3']],
      ['/third', ['b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT']],
    ])
    const seen: (string | undefined)[] = []
    const origin = await serve((request, response) => {
      seen.push(request.headers.cookie)
      response.setHeader('set-cookie', lines.get(request.url ?? '') ?? []).end()
    })
    const browser = createBrowser(origin)
    for (const url of ['/first', '/second', '/third']) await browser.visit({ url })
    expect(seen).toEqual([undefined, 'a=1; b=2', 'b=2; c=3'])
    expect(browser.cookies()).toBe('c=3')
  })
})

describe('the bytes of a request', () => {
  it('are a whole request, with its length where it has a body', () => {
    const visit = { method: 'POST', url: '/login', headers: { accept: 'text/html' }, body: 'a=ä' } as const
    expect(bytesOf(visit, 'http://127.0.0.1:3000', 's=1')).toBe(
      'POST /login HTTP/1.1\r\nhost: 127.0.0.1:3000\r\naccept: text/html\r\ncookie: s=1\r\ncontent-length: 4\r\n\r\na=ä',
    )
  })

  it('have no cookie header without cookies', () => {
    expect(bytesOf({ url: '/' }, 'http://127.0.0.1:3000')).toBe('GET / HTTP/1.1\r\nhost: 127.0.0.1:3000\r\n\r\n')
  })
})
