import { randomBytes } from 'node:crypto'
import { ANSWER, REDIS_URL, type Setting } from '../contestant/contestant.ts'
import { COOKIE, SEE_OTHER } from '../contestant/floor.ts'

/** What an Apache is started with. */
export interface Configuration {
  readonly directives: string
  /** What it serves, by path. */
  readonly files: Readonly<Record<string, string>>
}

export type Name = 'apache' | 'floor-apache'

// Server-side includes put the user's name in, which mod_auth_openidc leaves in a variable. The floor has it in one, too.
const VARIABLE = 'OIDC_CLAIM_name'
const PAGE = JSON.stringify({ ...ANSWER, name: '<NAME>' }).replace('<NAME>', `<!--#echo var="${VARIABLE}" -->`)

const UNAUTHORIZED = {
  type: 'about:blank',
  title: 'You are not signed in',
  status: 401,
  detail: 'Sign in and try again.',
}

/** Apache alone, or with mod_auth_openidc. */
export function configurationOf(name: Name, setting: Setting): Configuration {
  return name === 'apache' ? withOpenIdConnect(setting) : { directives: FLOOR, files: { open: PAGE } }
}

const BARE_MODULES = ['mpm_event', 'unixd', 'authz_core', 'alias', 'env', 'headers', 'include']
const OPENID_MODULES = ['authn_core', 'authz_user', 'auth_openidc']

/**
 * What all have in common: one process with as many threads as are ever busy, so that none comes or goes while it is
 * measured; connections that live as long as those of others; and no line in a log for a request, as nobody here writes one.
 */
export function serverDirectives({ modules, folder, port, name }: Place): string {
  const names = name === 'apache' ? [...BARE_MODULES, ...OPENID_MODULES] : BARE_MODULES
  return `
ServerRoot "${folder}"
DefaultRuntimeDir "${folder}"
PidFile "${folder}/pid"
DocumentRoot "${folder}/files"
ErrorLog "${folder}/error_log"
LogLevel crit
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
${names.map((module) => load(module, modules)).join('\n')}
${isRoot() ? NOBODY : ''}
ServerLimit 1
StartServers 1
ThreadLimit 64
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64
KeepAliveTimeout 120
MaxKeepAliveRequests 0
`
}

export interface Place {
  readonly modules: string
  readonly folder: string
  readonly port: number
  readonly name: Name
}

/** Some distributions have compiled a few of them in. */
function load(module: string, modules: string): string {
  return `<IfModule !${module}_module>\nLoadModule ${module}_module "${modules}/mod_${module}.so"\n</IfModule>`
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

// It refuses to serve as root. Of what is called nobody everywhere, the number is the same.
const NOBODY = 'User "#65534"\nGroup "#65534"'

const JSON_PAGE = 'ForceType application/json\nOptions +Includes\nSetOutputFilter INCLUDES'

const FLOOR = `
<Location /open>
SetEnv ${VARIABLE} "${ANSWER.name}"
${JSON_PAGE}
</Location>
Redirect 303 /redirect ${SEE_OTHER}
<Location /redirect>
Header always set Set-Cookie "${COOKIE}"
</Location>
`

function withOpenIdConnect(setting: Setting): Configuration {
  const { port, provider, protocol, session } = setting
  const origin = `http://127.0.0.1:${port}`
  // Of this start only: then nothing is found of what an earlier one left in Redis, as keys of another provider.
  const passphrase = randomBytes(32).toString('hex')
  const directives = `
OIDCProviderMetadataURL ${origin}/metadata
OIDCProviderTokenEndpointAuth client_secret_post
OIDCIDTokenSignedResponseAlg ${protocol.toUpperCase()}
OIDCClientID ${provider.clientId}
OIDCClientSecret ${provider.clientSecret}
OIDCRedirectURI ${origin}/callback
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCCryptoPassphrase ${passphrase}
${sessionDirectives(session)}
<LocationMatch ^/(login|callback|guarded)$>
AuthType openid-connect
Require valid-user
${JSON_PAGE}
</LocationMatch>
<Location /guarded>
OIDCUnAuthAction 401
ErrorDocument 401 "${JSON.stringify(UNAUTHORIZED).replaceAll('"', '\\"')}"
</Location>
`
  return { directives, files: { login: PAGE, guarded: PAGE, metadata: metadataOf(setting) } }
}

function sessionDirectives(session: Setting['session']): string {
  switch (session) {
    case 'sealed':
      return 'OIDCSessionType client-cookie'
    case 'memory':
      return 'OIDCSessionType server-cache'
    case 'redis':
      return `OIDCSessionType server-cache\n${redisDirectives(new URL(REDIS_URL))}`
  }
}

function redisDirectives({ host, username, password, pathname }: URL): string {
  const user = username === '' ? '' : `OIDCRedisCacheUsername ${decodeURIComponent(username)}\n`
  const secret = password === '' ? '' : `OIDCRedisCachePassword ${decodeURIComponent(password)}\n`
  const database = pathname.length > 1 ? `OIDCRedisCacheDatabase ${pathname.slice(1)}\n` : ''
  return `OIDCCacheType redis\nOIDCRedisCacheServer ${host}\n${user}${secret}${database}`
}

/**
 * It takes addresses with http from a document only, and asks for a profile if that has an address for it: nobody else
 * does. So it reads this one, from itself.
 */
function metadataOf({ provider, protocol }: Setting): string {
  const issuer = `${provider.origin}/${protocol}`
  return JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
  })
}
