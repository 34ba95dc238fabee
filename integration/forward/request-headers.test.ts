import type { RequestListener } from 'node:http'
import type { ProxyOptions } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { exchange } from './raw-client.ts'
import { ADAPTERS, type TargetRequest } from './servers.ts'
import { ORIGIN, openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

const answer: RequestListener = (_message, response) => void response.end('ok')

/** Values of every line whose name a lax server would take for this one. */
function linesOf(request: TargetRequest | undefined, name: string): readonly string[] {
  const { rawHeaders = [] } = request ?? {}
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase().replaceAll('_', '-') === name,
  )
}

describe.each(Object.keys(ADAPTERS))('on %s, the headers of a forwarded request', (adapter) => {
  it('hold one Authorization, and it is ours (PX-05)', async () => {
    const { send, target } = await openStage(adapter, answer)
    const attempts = [
      'Authorization: Bearer evil\r\n',
      'authorization: Bearer evil\r\nAUTHORIZATION: Basic evil\r\n',
      'AuThOrIzAtIoN: Bearer evil\r\nProxy-Authorization: Basic evil\r\nDPoP: evil\r\n',
      'Connection: authorization\r\nAuthorization: Bearer evil\r\n',
    ]
    for (const attempt of attempts) {
      await send('GET', `${PREFIX}/x`, attempt)
      expect(linesOf(target.requests.at(-1), 'authorization')).toEqual(['Bearer token-1'])
    }
    expect(JSON.stringify(target.requests)).not.toContain('evil')
  })

  it('are not sent when a form holds another credential, however it is spelt and cut (PX-05)', async () => {
    const { send, app, head, target } = await openStage(adapter, answer)
    const type = 'Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n'
    for (const form of ['access_token=evil', 'a=1&Access%5Ftoken=evil&b=2', 'a=1;access_token=evil']) {
      const response = await send('POST', `${PREFIX}/x`, type, form)
      expect([form, response.status, response.body]).toEqual([form, 400, expect.stringContaining('access_token')])
    }
    expect(target.requests).toEqual([])
    const lines = `${SAME_ORIGIN}${type}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`
    const cut = await exchange(
      app.port,
      head('POST', `${PREFIX}/x`, `${lines}5\r\na=1&a\r\n10\r\nccess_token=evil\r\n0\r\n\r\n`),
    )
    expect(cut.status).toBe(400)
    for (const lines of [
      'Content-Encoding: Identity\r\n',
      'Content-Encoding: gzip\r\nConnection: content-encoding\r\n',
    ]) {
      expect([lines, (await send('POST', `${PREFIX}/x`, type + lines, 'access_token=evil')).status]).toEqual([
        lines,
        400,
      ])
    }
    expect(target.requests).toEqual([])
    expect((await send('POST', `${PREFIX}/x`, type, 'a=1&token=2&b=access_token=3')).status).toBe(200)
  })

  it('say what the body is once, or nothing is sent (PX-05)', async () => {
    const { send, target } = await openStage(adapter, answer)
    for (const types of [
      'Content-Type: text/plain\r\nContent-Type: application/x-www-form-urlencoded\r\n',
      'Content-Type: application/x-www-form-urlencoded, text/plain\r\n',
    ]) {
      expect([types, (await send('POST', `${PREFIX}/x`, types, 'access_token=evil')).status]).toEqual([types, 400])
    }
    expect(target.requests).toEqual([])
    const quoted = 'Content-Type: multipart/related; boundary="a,b\\"c"; type="text/plain"\r\n'
    expect((await send('POST', `${PREFIX}/x`, quoted, 'x')).status).toBe(200)
  })

  it('hold no cookie in any layout (PX-04)', async () => {
    const { send, target } = await openStage(adapter, answer)
    for (const extra of [
      'Cookie: a=1; __Host-postern.session=x\r\n',
      'COOKIE: a=1\r\ncookie: b=2\r\n',
      'Cookie2: $Version=1\r\n',
    ]) {
      await send('GET', `${PREFIX}/x`, extra)
      expect(linesOf(target.requests.at(-1), 'cookie')).toEqual([])
    }
    expect(JSON.stringify(target.requests)).not.toMatch(/postern|a=1|b=2/)
  })

  it('hold the cookies that were named, and never one of ours (PX-04)', async () => {
    const { app, target, cookie } = await openStage(adapter, answer, { proxy: { passCookies: ['theme', 'lang'] } })
    const line = cookie.trimEnd()
    await exchange(
      app.port,
      `GET ${PREFIX}/x HTTP/1.1\r\nHost: a\r\n${line}; theme=dark; xtheme=no; other=no; lang=de\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n`,
    )
    expect(linesOf(target.requests.at(-1), 'cookie')).toEqual(['theme=dark; lang=de'])
  })

  it('say nothing for which a client could speak (PX-06, CVE-2025-64484, CVE-2024-45410)', async () => {
    const { send, target } = await openStage(adapter, answer, {
      proxy: { identityHeaders: { 'X-User-Id': ({ subject }) => subject, 'x-groups': () => undefined } },
    })
    const names = [
      ...['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-User', 'X-Forwarded'],
      ...['X-Real-IP', 'X-Client-IP', 'X-Cluster-Client-IP', 'True-Client-IP', 'CF-Connecting-IP', 'Via'],
      ...['X-Original-URL', 'X-Original-Method', 'X-Rewrite-URL', 'X-HTTP-Method-Override', 'X-HTTP-Method'],
      ...['X-Method-Override', 'Origin', 'Referer', 'Sec-Fetch-Dest', 'Sec-CH-UA', 'X-Postern', 'X-Auth-Request-User'],
      ...['X-User-Id', 'X-Groups', 'Remote-User', 'X-Remote-User', 'X-Remote-Addr', 'X-Authenticated-User'],
      ...['X-User', 'X-User-Email', 'X-Webauth-User', 'X-Originating-IP', 'Client-IP', 'X-Envoy-External-Address'],
      ...['X-SSL-Client-Cert', 'SSL-Client-Verify', 'X-Amzn-Oidc-Data', 'X-Goog-Iap-Jwt-Assertion', 'X-Host'],
      ...['Cf-Access-Jwt-Assertion', 'X-Scheme', 'Client-Cert', 'Client-Cert-Chain', 'OIDC_CLAIM_sub', 'X-Forward-For'],
      ...['WL-Proxy-Client-IP', 'X-MS-Client-Principal-Id', 'Tailscale-User-Login', 'X-Consumer-Username'],
      ...['X-Vouch-User', 'X-Pomerium-Jwt-Assertion', 'X-Http-Host-Override'],
    ]
    const spellings = (name: string) => [
      name,
      name.toLowerCase(),
      name.toUpperCase(),
      name.replaceAll('-', '_'),
      name.replace('-', '_'),
      name.replaceAll('-', '.'),
    ]
    const attempts = names.flatMap(spellings).filter((name) => !/^origin$/i.test(name))
    const lines = attempts.map((name) => `${name}: evil\r\n${name}: evil\r\n`).join('')
    await send('GET', `${PREFIX}/x`, `Origin: ${ORIGIN}\r\n${lines}`)
    const [request] = target.requests
    expect(JSON.stringify(request)).not.toContain('evil')
    expect(JSON.stringify(request)).not.toContain('app.example')
    expect(linesOf(request, 'x-user-id')).toEqual(['ann'])
    expect(linesOf(request, 'x-groups')).toEqual([])
  })

  it('say nothing about the user where the gateway was not asked to (PX-06)', async () => {
    const { send, target } = await openStage(adapter, answer)
    const lines = ['X-User-Id', 'x_user_id', 'X-User', 'X_Forwarded_User', 'x-forwarded-user', 'Remote-User']
    await send('GET', `${PREFIX}/x`, lines.map((name) => `${name}: evil\r\n`).join(''))
    expect(target.requests).toHaveLength(1)
    expect(JSON.stringify(target.requests)).not.toContain('evil')
  })

  it('keep ours whatever Connection names, and lose what it names of the browser (PX-07, CVE-2024-45410)', async () => {
    const { send, target } = await openStage(adapter, answer, {
      proxy: { headers: { 'x-key': 'ours' }, identityHeaders: { 'x-user-id': ({ subject }) => subject } },
    })
    const hop = 'Connection: authorization, x-user-id, X-Key, cookie, x-mine\r\nX-Mine: mine\r\nX-Other: other\r\n'
    await send(
      'GET',
      `${PREFIX}/x`,
      `${hop}Keep-Alive: timeout=5\r\nTE: trailers\r\nTrailer: x\r\nProxy-Connection: keep-alive\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n`,
    )
    const [request] = target.requests
    expect(linesOf(request, 'authorization')).toEqual(['Bearer token-1'])
    expect(linesOf(request, 'x-user-id')).toEqual(['ann'])
    expect(linesOf(request, 'x-key')).toEqual(['ours'])
    expect(linesOf(request, 'x-other')).toEqual(['other'])
    for (const name of ['cookie', 'x-mine', 'keep-alive', 'te', 'trailer', 'proxy-connection', 'http2-settings']) {
      expect(linesOf(request, name)).toEqual([])
    }
  })

  it('arrive otherwise as they were, repeated ones too', async () => {
    const { send, target } = await openStage(adapter, answer)
    await send(
      'GET',
      `${PREFIX}/x`,
      'X-Two: 1\r\nx-two: 2\r\nAccept-Language: de, *;q=0.5\r\nX-Latin: café\r\nIf-None-Match: "a", W/"b"\r\nX-Empty:\r\n',
    )
    const [request] = target.requests
    expect(linesOf(request, 'x-two')).toEqual(['1', '2'])
    expect(linesOf(request, 'accept-language')).toEqual(['de, *;q=0.5'])
    expect(linesOf(request, 'if-none-match')).toEqual(['"a", W/"b"'])
    expect(linesOf(request, 'x-latin')).toEqual([Buffer.from('café').toString('latin1')])
    expect(linesOf(request, 'x-empty')).toEqual([''])
    expect(linesOf(request, 'host')).toEqual([`127.0.0.1:${target.port}`])
  })

  it('carry what a user is called as one line, whatever it is (PX-10)', async () => {
    const names = ['Ann', 'Zoë\r\nX-Admin: 1', '50 % 北京', ' spaces ', '\ud800', '']
    let name = ''
    const { send, target } = await openStage(adapter, answer, { proxy: { identityHeaders: { 'x-name': () => name } } })
    for (name of names) {
      expect((await send('GET', `${PREFIX}/x`)).status).toBe(200)
      const [said = ''] = linesOf(target.requests.at(-1), 'x-name')
      expect(decodeURIComponent(said)).toBe(name.toWellFormed())
      expect(linesOf(target.requests.at(-1), 'x-admin')).toEqual([])
    }
  })

  it('are not sent when the application cannot say who asks (PX-10)', async () => {
    let say = (): unknown => undefined
    // @ts-expect-error -- what a JavaScript user may write
    const proxy: Partial<ProxyOptions> = { identityHeaders: { 'X-Name': () => say() } }
    const { send, target, events } = await openStage(adapter, answer, { proxy })
    const broken = () => {
      throw new Error('no idea')
    }
    for (say of [broken, () => 7, () => ['ann'], async () => 'ann', () => Promise.reject(new Error('no idea'))]) {
      expect((await send('GET', `${PREFIX}/x`)).status).toBe(502)
      const advice = expect.stringContaining('The function of the header X-Name')
      expect(events.at(-1)).toMatchObject({ type: 'request_refused', code: 'identity_header_invalid', advice })
    }
    expect(target.requests).toEqual([])
  })

  it('say nothing where null says so', async () => {
    // @ts-expect-error -- what a JavaScript user may write
    const proxy: Partial<ProxyOptions> = { identityHeaders: { 'x-name': () => null } }
    const { send, target } = await openStage(adapter, answer, { proxy })
    expect((await send('GET', `${PREFIX}/x`)).status).toBe(200)
    expect(linesOf(target.requests.at(-1), 'x-name')).toEqual([])
  })
})
