import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type RawResponse, values } from './raw-client.ts'
import { ADAPTERS } from './servers.ts'
import { openStage, PREFIX, type Stage } from './stage.ts'

/** A target that answers with these header lines. */
function saying(...lines: readonly (readonly [name: string, value: string | readonly string[]])[]): RequestListener {
  return (_message, response) => {
    for (const [name, value] of lines) response.setHeader(name, value)
    // Octets: with a string, Node would send header values in the encoding of the body.
    response.end(Buffer.from('{}'))
  }
}

async function answerTo(stage: Promise<Stage>, path = '/x'): Promise<RawResponse> {
  return (await stage).send('GET', `${PREFIX}${path}`)
}

describe.each(Object.keys(ADAPTERS))('on %s, the headers of a forwarded response', (adapter) => {
  it('set no cookie, and none of the gateway above all (PX-15)', async () => {
    const cookies = ['__Host-postern.session=evil; Path=/; Secure; HttpOnly', 'a=1', 'postern.session=evil']
    const response = await answerTo(openStage(adapter, saying(['set-cookie', cookies], ['Set-Cookie2', 'x=1'])))
    expect(response.status).toBe(200)
    expect(values(response, 'set-cookie')).toEqual([])
    expect(response.text).not.toContain('evil')
  })

  it('leave behind what would be a rule for the whole origin, or a challenge (PX-09, PX-16)', async () => {
    const lines = [
      ['Access-Control-Allow-Origin', '*'],
      ['Access-Control-Allow-Credentials', 'true'],
      ['access_control_expose_headers', '*'],
      ['Timing-Allow-Origin', '*'],
      ['Cross-Origin-Resource-Policy', 'cross-origin'],
      ['WWW-Authenticate', ['Basic realm="evil"', 'Negotiate']],
      ['Proxy-Authenticate', 'Basic'],
      ['Clear-Site-Data', '"cookies"'],
      ['Strict-Transport-Security', 'max-age=0'],
      ['Alt-Svc', 'h3=":443"'],
      ['Refresh', '0; url=https://evil.example'],
      ['Service-Worker-Allowed', '/'],
      ['Public-Key-Pins', 'x'],
      ['NEL', '{}'],
      ['Report-To', '{}'],
      ['X-Accel-Redirect', '/internal/file'],
      ['X-Sendfile', '/etc/passwd'],
      ['Surrogate-Control', 'max-age=600'],
      ['CDN-Cache-Control', 'max-age=600'],
      ['X-LiteSpeed-Cache-Control', 'public,max-age=600'],
      ['Edge-Control', 'max-age=600'],
      ['Expires', 'Thu, 01 Jan 2099 00:00:00 GMT'],
    ] as const
    const response = await answerTo(openStage(adapter, saying(...lines)))
    for (const [name] of lines) expect([name, values(response, name.toLowerCase())]).toEqual([name, []])
  })

  it('end at this hop where they are for it, or named in Connection (PX-07, CVE-2026-71849)', async () => {
    const response = await answerTo(
      openStage(
        adapter,
        saying(
          ['Connection', 'x-secret, keep-alive'],
          ['X-Secret', '1'],
          ['Keep-Alive', 'timeout=99'],
          ['X-Kept', '1'],
        ),
      ),
    )
    expect(values(response, 'x-secret')).toEqual([])
    expect(values(response, 'keep-alive')).not.toContain('timeout=99')
    expect(values(response, 'x-kept')).toEqual(['1'])
  })

  it('keep shared caches from it (PX-20, SC-16)', async () => {
    for (const [said, expected] of [
      [undefined, 'private, no-cache'],
      ['public, max-age=600', 'private, max-age=600'],
      ['max-age=60, s-maxage=600, proxy-revalidate', 'private, max-age=60'],
      ['Public', 'private, no-cache'],
      ['private="x, y", immutable', 'private, immutable'],
      ['no-cache="set-cookie, x", must-revalidate', 'private, no-cache="set-cookie, x", must-revalidate'],
      ['no-store', 'private, no-store'],
    ] as const) {
      const stage = openStage(adapter, saying(...(said === undefined ? [] : ([['cache-control', said]] as const))))
      const response = await answerTo(stage)
      expect(values(response, 'cache-control')).toEqual([expected])
      expect(values(response, 'vary')).toContain('cookie')
    }
  })

  it('keep a page of the target from being one of the application', async () => {
    const html = saying(
      ['content-type', 'text/html'],
      ['content-security-policy', "script-src 'unsafe-inline'"],
      ['x-content-type-options', 'x'],
    )
    const response = await answerTo(openStage(adapter, html))
    expect(values(response, 'content-security-policy')).toEqual(["default-src 'none'; sandbox; frame-ancestors 'none'"])
    expect(values(response, 'x-content-type-options')).toEqual(['nosniff'])
  })

  it('arrive otherwise as they were', async () => {
    const lines = [
      ['ETag', 'W/"1"'],
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Last-Modified', 'Thu, 01 Jan 2026 00:00:00 GMT'],
      ['X-RateLimit-Remaining', '3'],
      ['Retry-After', '60'],
      ['Link', ['<a>; rel="next"', '<b>; rel="last"']],
      ['Vary', 'accept'],
      ['Content-Disposition', 'attachment; filename="a.txt"'],
      ['X-Latin', 'caf\xe9'],
    ] as const
    const response = await answerTo(openStage(adapter, saying(...lines)))
    for (const [name, value] of lines)
      expect(values(response, name.toLowerCase())).toEqual(expect.arrayContaining([value].flat()))
  })

  it('name a file in any octets, wherever the target says how long it is', async () => {
    const name = Buffer.from('attachment; filename="日本é.pdf"').toString('latin1')
    const named = `Content-Disposition: ${name}\r\n`
    const length = 'Content-Length: 2\r\n'
    // Past Node, which reads that header as something else behind a length.
    const stage = await openStage(adapter, ({ url, socket }) => {
      const lines = url === '/v1/behind' ? length + named : named + length
      socket.end(`HTTP/1.1 200 OK\r\n${lines}\r\n{}`, 'latin1')
    })
    for (const path of ['behind', 'before']) {
      const response = await stage.send('GET', `${PREFIX}/${path}`)
      expect([response.status, values(response, 'content-disposition'), response.body]).toEqual([200, [name], '{}'])
    }
  })

  it('lead nowhere but into the prefix or to other sites (PX-14)', async () => {
    let location = ''
    const stage = await openStage(adapter, (_message, response) => response.writeHead(302, { location }).end())
    const { origin, port } = stage.target
    for (const [said, expected] of [
      ['/v1/users/2', `${PREFIX}/users/2`],
      ['2?a=b#c', `${PREFIX}/users/2?a=b#c`],
      ['../', `${PREFIX}/`],
      [`${origin}/v1`, PREFIX],
      [`${origin}/v1/a//b`, `${PREFIX}/a//b`],
      [Buffer.from('/v1/日?q=é').toString('latin1'), `${PREFIX}/%E6%97%A5?q=%C3%A9`],
      ['caf\xe9', `${PREFIX}/users/caf%E9`],
      ['https://elsewhere.example/x', 'https://elsewhere.example/x'],
      ['//elsewhere.example/x', 'http://elsewhere.example/x'],
      ['/admin', undefined],
      ['../../admin', undefined],
      ['/v1/../admin', undefined],
      ['/v10', undefined],
      [`${origin}/`, undefined],
      [`http://127.0.0.1:${port + 1}/v1/x`, undefined],
      ['javascript:alert(1)', undefined],
      ['data:text/html,x', undefined],
      ['http://', undefined],
    ]) {
      location = said ?? ''
      const response = await stage.send('GET', `${PREFIX}/users/1`)
      expect(response.status).toBe(302)
      expect([said, values(response, 'location')]).toEqual([said, expected === undefined ? [] : [expected]])
    }
  })
})
