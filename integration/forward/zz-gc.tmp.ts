import { createGateway, defineProvider, insecureLoopback } from '@postern/core'
const gateway = createGateway({
  origin: 'https://app.example', secrets: ['w8Zt3Yw0uN5sKbV1xJ7mDfRcGhL2eAoP4iCyT6Bb'],
  fetch: async () => Response.json({ access_token: 'a'.repeat(700), token_type: 'bearer', expires_in: 86400 }),
  providers: [defineProvider({ id: 'castle', protocol: 'oauth2', name: 'C', clientId: 'x', clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' }, endpoints: { authorization: 'https://castle.example/a', token: 'https://castle.example/t' }, apiOrigins: ['http://127.0.0.1:4701'], loopback: insecureLoopback, identify: async () => ({ id: 'ann', name: 'Ann' }) })],
  proxy: { '/api/castle': { target: 'http://127.0.0.1:4701/v1', provider: 'castle' } },
})
const nav = (target: string, cookie?: string) => ({ method: 'GET', target, headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', cookie }, rawHeaders: [], form: async () => new URLSearchParams() })
const cookiesOf = (r: any) => r.cookies.filter((c: any) => c.attributes.maxAge > 0).map((c: any) => `${c.name}=${c.value}`).join('; ')
const login = await gateway.handle(nav('/auth/login/castle'))
const state = new URL(login.headers.find((h) => h[0] === 'location')![1]).searchParams.get('state')
const cookie = cookiesOf(await gateway.handle(nav(`/auth/callback/castle?code=ann&state=${state}`, cookiesOf(login))))
const headers: any = { host: 'x', cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: 'application/json', 'accept-language': 'en-US,en;q=0.9', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'sec-ch-ua': '"Chromium";v="140"', 'sec-ch-ua-mobile': '?0', 'sec-ch-ua-platform': '"Linux"', referer: 'https://app.example/', connection: 'keep-alive' }
const rawHeaders = Object.entries(headers).flat() as string[]
const up = ['content-type', 'application/json', 'content-length', '500', 'etag', '"1"', 'x-ratelimit-limit', '90', 'x-ratelimit-remaining', '89', 'server', 'x', 'vary', 'accept', 'date', 'now', 'connection', 'keep-alive']

import { createVisit } from '../../packages/core/src/visit.ts'
const rb = rawHeaders.map((h) => Buffer.from(h))
const mode = process.argv[2]
import { fromCookies } from '../../packages/core/src/session/chunk.ts'
import { createMemo } from '../../packages/core/src/session/memo.ts'
import { readCookies, cookieNames } from '../../packages/core/src/http/cookie.ts'
const memo = createMemo()

const make = () => { const rawHeaders = rb.map((b) => b.latin1Slice()); const headers: any = {}; for (let j = 0; j < rawHeaders.length; j += 2) headers[rawHeaders[j]!] = rawHeaders[j + 1]; return { method: 'GET', target: '/api/castle/x?y=1', headers, rawHeaders, form: async () => new URLSearchParams() } }
for (let i = 0; i < 60000; i++) {
  const r = make()
  if (mode === 'novisit') gateway.visit(r)
  if (mode === 'cookies') fromCookies(r.headers.cookie, '__Host-postern.session')
  if (mode === 'readCookies') readCookies(r.headers.cookie, '__Host-postern.session')
  if (mode === 'cookieNames') cookieNames(r.headers.cookie, '__Host-postern.session.', 16)
  if (mode === 'indexOf') r.headers.cookie.indexOf('__Host-postern.session.')
  if (mode === 'memo') { const [t] = fromCookies(r.headers.cookie, '__Host-postern.session'); if (!memo.recall(t!)) memo.remember(t!, {}) }
  if (mode === 'forward') await gateway.forward(r)
  if (mode === 'visit') { const v = gateway.visit(r); v.auth }
  if (mode === 'token') { const v = gateway.visit(r); if (v.auth.authenticated) await v.auth.accessToken() }
  if (i % 8 === 0) await new Promise((res) => setImmediate(res))
}
