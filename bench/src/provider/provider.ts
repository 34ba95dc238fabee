import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createCodes, type Extras } from './codes.ts'
import { type Algorithm, createSigner } from './signing.ts'

/** One provider under a prefix of the stand-in's origin: `/authorize`, `/token`, and what OpenID Connect adds. */
interface Site {
  /** Answers a request for a path below the prefix. */
  answer(path: string, url: URL, request: IncomingMessage, response: ServerResponse): void
}

// Who signs in, everywhere.
const PERSON = { sub: 'user-1', name: 'Ada Example', email: 'ada@example.com', email_verified: true }

const SMALL = JSON.stringify({ data: { Viewer: { id: 1, name: PERSON.name } } })
const LARGE = JSON.stringify({ data: 'x'.repeat(256 * 1024), name: PERSON.name })

/**
 * Providers that say yes to everybody, and an API that answers everybody: plain OAuth 2.0 at the root, OpenID
 * Connect below `/rs256` and `/es256`. As fast as node:http is.
 */
export function createProvider(origin: () => string): RequestListener {
  const sites = new Map<string, Site>([
    ['rs256', openIdSite(() => `${origin()}/rs256`, 'RS256')],
    ['es256', openIdSite(() => `${origin()}/es256`, 'ES256')],
  ])
  const plain = site(() => ({}), {})

  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://provider')
    if (url.pathname.startsWith('/api/')) {
      request.resume()
      return sendJson(response, url.pathname === '/api/large' ? LARGE : SMALL)
    }
    const [, prefix = '', ...rest] = url.pathname.split('/')
    const found = sites.get(prefix)
    if (found === undefined) return plain.answer(url.pathname, url, request, response)
    return found.answer(`/${rest.join('/')}`, url, request, response)
  }
}

function openIdSite(issuer: () => string, algorithm: Algorithm): Site {
  const signer = createSigner(algorithm)
  const extras: Extras = (request) => {
    const now = Math.floor(Date.now() / 1000)
    const nonce = request.get('nonce') ?? undefined
    const times = { iat: now, exp: now + 3600 }
    return { id_token: signer.sign({ iss: issuer(), aud: request.get('client_id'), ...PERSON, nonce, ...times }) }
  }
  return site(extras, {
    '/.well-known/openid-configuration': () => metadata(issuer(), algorithm),
    '/jwks': () => ({ keys: [signer.jwk] }),
    '/userinfo': () => PERSON,
  })
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
function metadata(issuer: string, algorithm: Algorithm): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    subject_types_supported: ['public'],
    scopes_supported: ['openid', 'profile', 'email'],
    id_token_signing_alg_values_supported: [algorithm],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  }
}

function site(extras: Extras, documents: Readonly<Record<string, () => object>>): Site {
  const codes = createCodes(extras)
  return {
    answer(path, { searchParams }, request, response) {
      if (path === '/token')
        return readBody(request, (form) => sendToken(response, codes.redeem(form.get('code') ?? '')))
      request.resume()
      if (path === '/authorize') return response.writeHead(302, { location: answerTo(searchParams, codes.issue) }).end()
      const document = documents[path]
      if (document === undefined) return response.writeHead(404).end()
      return sendJson(response, JSON.stringify(document()))
    },
  }
}

/** Where the browser goes back to. */
function answerTo(request: URLSearchParams, issue: (request: URLSearchParams) => string): string {
  const location = new URL(request.get('redirect_uri') ?? '')
  location.searchParams.set('code', issue(request))
  const state = request.get('state')
  if (state !== null) location.searchParams.set('state', state)
  return location.href
}

function readBody(request: IncomingMessage, use: (form: URLSearchParams) => void): void {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => use(new URLSearchParams(body)))
}

function sendToken(response: ServerResponse, token: string | undefined): void {
  if (token === undefined) response.statusCode = 400
  sendJson(response, token ?? JSON.stringify({ error: 'invalid_grant' }))
}

function sendJson(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json')
  response.setHeader('cache-control', 'no-store')
  response.end(body)
}
