import fc from 'fast-check'
import type { Line } from './send.ts'

export const methods: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  { weight: 4, arbitrary: fc.constantFrom('HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND') },
)

/** Who seems to ask: a person opening a page, a script of our own pages, or a program that says nothing of itself. */
export const askers: fc.Arbitrary<readonly Line[]> = fc.constantFrom<readonly Line[]>(
  [
    ['Accept', 'text/html'],
    ['Sec-Fetch-Mode', 'navigate'],
    ['Sec-Fetch-Dest', 'document'],
    ['Sec-Fetch-Site', 'same-origin'],
  ],
  [
    ['Accept', 'application/json'],
    ['Sec-Fetch-Mode', 'cors'],
    ['Sec-Fetch-Site', 'same-origin'],
  ],
  [['X-Postern', '1']],
)

const PATHS = ['/open', '/public/x', '/auth/login', '/secret', '/../open', 'https://evil.example/open', '*', '%']
const CLIENTS = ['127.0.0.1', '::1', '10.0.0.1', '::ffff:127.0.0.1', 'localhost', '127.0.0.1, evil.example']
const HOSTS = [
  'evil.example',
  'app@evil.example',
  'localhost',
  '127.0.0.1',
  'host=evil.example;for=127.0.0.1;proto=https',
]

/** Headers that have opened doors elsewhere, and what they said. */
const HOSTILE: readonly (readonly [names: string, values: readonly string[]])[] = [
  // CVE-2026-40575, CVE-2026-76835
  ['X-Forwarded-Uri X-Original-URL X-Original-URI X-Rewrite-URL X-Forwarded-Path X-Forwarded-Prefix', PATHS],
  ['X_Forwarded_Uri X_Original_URL Referer X-Override-URL X-Accel-Redirect', PATHS],
  ['X-Forwarded-For X-Real-IP X-Client-IP True-Client-IP CF-Connecting-IP X-Custom-IP-Authorization', CLIENTS],
  ['X-Forwarded-Host X-Forwarded-Server X-HTTP-Host-Override Forwarded', HOSTS],
  ['X-Forwarded-Proto X-Forwarded-Scheme X-Forwarded-Port X-Forwarded-Ssl', ['http', 'https', '443', 'on']],
  ['X-Forwarded-Method X-HTTP-Method-Override X-HTTP-Method X-Method-Override', ['GET', 'OPTIONS', 'HEAD']],
  // CVE-2026-34457
  ['User-Agent', ['GoogleHC/1.0', 'kube-probe/1.29', 'ELB-HealthChecker/2.0', 'Prometheus/2.0']],
  // CVE-2025-64484, CVE-2022-29226
  ['X-User X-Forwarded-User X_Forwarded_User X-Auth-Request-User Remote-User X-Authenticated', ['ann', 'true']],
  ['Authorization', ['Bearer ann', 'Basic YW5uOmFubg==', 'Bearer %']],
  ['X-Bypass-Cache X-Debug X-Skip-Auth X-Middleware-Subrequest', ['1', 'true', 'middleware']],
]

/** Lines of many of those headers at once. None of them may change what is decided. */
export const hostileLines: fc.Arbitrary<readonly Line[]> = fc
  .tuple(...HOSTILE.map(([names, values]) => fc.tuple(fc.subarray(names.split(' ')), fc.constantFrom(...values))))
  .map((groups) => groups.flatMap(([names, value]) => names.map((name): Line => [name, value])))

/** `Host` of the request that is hostile: nothing is decided by it, but where routes are told apart by host. */
export const hostileHosts: fc.Arbitrary<string> = fc.constantFrom('app.example', ...HOSTS.slice(0, 4))
