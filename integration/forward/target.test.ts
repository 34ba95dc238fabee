import type { RequestListener } from 'node:http'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { exchange } from './raw-client.ts'
import { ADAPTERS, type Plain, startPlain } from './servers.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

const echo: RequestListener = (_message, response) => void response.end('ok')

/** Must never be contacted. */
let evil: Plain

beforeEach(async () => {
  evil = await startPlain((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nevil'))
  onTestFinished(async () => {
    expect(evil.connections()).toBe(0)
    await evil.close()
  })
})

describe.each(Object.keys(ADAPTERS))('on %s, a request target', (adapter) => {
  it('never chooses where a token goes (PX-01, CVE-2021-21321, CVE-2026-33808)', async () => {
    const { app, target, cookie } = await openStage(adapter, echo)
    const host = `127.0.0.1:${evil.port}`
    for (const path of [
      `http://${host}${PREFIX}/x`,
      `http://${host}${PREFIX}`,
      `http://${host}@127.0.0.1:${target.port}${PREFIX}/x`,
      `//${host}${PREFIX}/x`,
      `${PREFIX}//${host}/x`,
      `${PREFIX}/\\${host}/x`,
      `${PREFIX}/\\\\${host}/x`,
      `${PREFIX}\\@${host}/x`,
      `${PREFIX}@${host}/x`,
      `${PREFIX}:${evil.port}/x`,
      `${PREFIX}.evil.example/x`,
      `${PREFIX}%2f%2f${host}/x`,
      `${PREFIX}/%09//${host}/x`,
    ]) {
      const response = await exchange(
        app.port,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${cookie}${SAME_ORIGIN}Connection: close\r\n\r\n`,
      )
      expect([path, response.status]).toEqual([path, expect.toSatisfy((status) => status >= 400 && status < 500)])
    }
    expect(target.requests).toEqual([])
  })

  it('that names another host inside stays on the target', async () => {
    const { send, target } = await openStage(adapter, echo)
    for (const path of [
      `/http://127.0.0.1:${evil.port}/x`,
      `/?next=//127.0.0.1:${evil.port}`,
      `/a//127.0.0.1:${evil.port}`,
    ]) {
      expect((await send('GET', `${PREFIX}${path}`)).status).toBe(200)
      expect(target.requests.at(-1)?.target).toBe(`/v1${path}`)
    }
  })

  it('that could be read in two ways is refused (PX-02, CVE-2026-33494, CVE-2021-21322)', async () => {
    const { send, target } = await openStage(adapter, echo)
    for (const path of [
      '/../admin',
      '/x/../../admin',
      '/..',
      '/.',
      '/./admin',
      '/%2e%2e/admin',
      '/.%2E/admin',
      '/%252e%252e/admin',
      '/%25252e%25252e/admin',
      '/%2525252525252e%2525252525252e/admin',
      '/..%2fadmin',
      '/..%5cadmin',
      '/%2fadmin',
      '/a%252fb',
      '/..\\admin',
      '/%5c..%5c',
      '/..;/admin',
      '/..;x=y/admin',
      '/..%3b/admin',
      '/..%23/admin',
      '/..%3f/admin',
      '/..%20/admin',
      '/..%2523/admin',
      '/.;/admin',
      '/%c0%ae%c0%ae/admin',
      '/%e0%80%ae/admin',
      '/%f0%80%80%ae/admin',
      '/%f8%80%80%80%ae/admin',
      '/%fc%80%80%80%80%ae/admin',
      '/x%00',
      '/x%0d%0aHost:%20evil.example',
      '/x%7f',
      '/%zz',
      '/%',
      '/%u002e/admin',
      '/x"y',
      '/<x>',
      '/x#y',
      '/x?y#z',
    ]) {
      expect([path, (await send('GET', `${PREFIX}${path}`)).status]).toEqual([path, 400])
    }
    expect(target.requests).toEqual([])
  })

  it('reaches no prefix in any other spelling (CVE-2026-16117)', async () => {
    const { send, target } = await openStage(adapter, echo)
    for (const path of [
      '/%61pi/castle/x',
      '/API/castle/x',
      '/api/Castle/x',
      '/api//castle/x',
      '//api/castle/x',
      '/api/./castle/x',
      '/api/x/../castle/x',
      '/api/castle;x/y',
      '/api/castlex',
      '/api%2fcastle/x',
      '/api/castl',
      '/api',
    ]) {
      expect([path, (await send('GET', path)).status]).toEqual([
        path,
        expect.toSatisfy((status) => status >= 400 && status < 500),
      ])
    }
    expect(target.requests).toEqual([])
  })

  it('arrives byte for byte where there is nothing to object to (PX-03)', async () => {
    const { send, target } = await openStage(adapter, echo)
    for (const path of [
      '',
      '/',
      '?',
      '/?',
      '/a//b/',
      '/a+b%20c',
      '/%E2%9C%93/%e2%9c%93',
      '/100%25',
      '/a%3Fb%3f/%23c%3d%26',
      "/!$&'()*,;=:@~-._|[]^",
      '/...',
      '/.well-known/x',
      '/x..y',
      '/x;y=z',
      '/?a=1&a=2&&b&=c&d=',
      '/?a=%zz&b=%2e%2e%2f..&c=http://x/',
      '/?q={"json":[1]}',
      '/?x=y?z=/..',
      '/?my_access_token=1&access_tokens=2',
    ]) {
      expect([path, (await send('GET', `${PREFIX}${path}`)).status]).toEqual([path, 200])
      expect(target.requests.at(-1)?.target).toBe(`/v1${path}`)
    }
  })

  it('loses a token in its query, and nothing else (PX-05)', async () => {
    const { send, target } = await openStage(adapter, echo)
    for (const [query, rest] of [
      ['?access_token=evil', ''],
      ['?a=1&access_token=evil&b=2', '?a=1&b=2'],
      ['?%61ccess%5Ftoken=evil&a=%31', '?a=%31'],
      ['?Access_Token=evil&access_token&&a', '?&a'],
      ['?a=1;access_token=evil', '?a=1'],
    ]) {
      await send('GET', `${PREFIX}/x${query}`)
      expect(target.requests.at(-1)?.target).toBe(`/v1/x${rest}`)
    }
  })

  it('keeps encoded slashes where that was asked for, and dot segments never', async () => {
    const { send, target } = await openStage(adapter, echo, { proxy: { encodedSlashes: 'keep' } })
    for (const path of ['/a%2Fb', '/a%2fb%5cc']) {
      expect((await send('GET', `${PREFIX}${path}`)).status).toBe(200)
      expect(target.requests.at(-1)?.target).toBe(`/v1${path}`)
    }
    for (const path of ['/..%2fadmin', '/a%2f..%2f..%2fadmin', '/%2e%2e%5cadmin']) {
      expect((await send('GET', `${PREFIX}${path}`)).status).toBe(400)
    }
    expect(target.requests).toHaveLength(2)
  })

  it('of any shape stays within the base path of the target', async () => {
    const { send, target } = await openStage(adapter, echo)
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '%3f',
      '%23',
      '\\',
      ';',
      '@',
      ':',
      '?',
      '#',
      '%25',
      '%00',
      'a',
      'api',
      'castle',
      `127.0.0.1:${evil.port}`,
      'http:',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom(PREFIX, '', `http://127.0.0.1:${evil.port}${PREFIX}`),
        async (pieces, start) => {
          const before = target.requests.length
          const path = `${start}${pieces.join('')}` || '/'
          const { status } = await send('GET', path)
          const [request] = target.requests.slice(before)
          expect(status).toBeLessThan(500)
          if (request === undefined) return
          expect(path.startsWith(PREFIX)).toBe(true)
          expect(request.target).toBe(`/v1${path.slice(PREFIX.length)}`)
          const { pathname, host } = new URL(request.target, 'http://target.example')
          expect(host).toBe('target.example')
          expect(pathname === '/v1' || pathname.startsWith('/v1/')).toBe(true)
          expect(decodeURIComponent(pathname)).not.toMatch(/(?:^|[/\\])\.\.(?:[/\\]|$)/)
        },
      ),
      { numRuns: 300 },
    )
  })
})
