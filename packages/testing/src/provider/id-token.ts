import { createHash } from 'node:crypto'
import { changed } from './change.ts'
import { type ScriptedClient, secretOf } from './client.ts'
import type { Grant } from './grant.ts'
import type { KeyAlgorithm } from './key.ts'
import type { IdTokenScript, IdTokenSigner } from './script.ts'
import type { Service } from './service.ts'
import { type Signer, signToken } from './signature.ts'

const LIFETIME = 3600

/** Which sign-in an ID token is for. */
export interface IdTokenOccasion {
  readonly grant: Grant
  readonly client: ScriptedClient
  readonly accessToken: string
  /** A refreshed ID token has no nonce (OpenID Connect Core section 12.2). */
  readonly from: 'code' | 'refresh'
}

/**
 * An ID token: right in every respect, unless the script says otherwise.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 */
export async function issueIdToken(occasion: IdTokenOccasion, service: Service): Promise<string> {
  const { grant, client, accessToken, from } = occasion
  const { script, issuer, now } = service
  const issuedAt = Math.floor(now() / 1000)
  const algorithm = script.idToken.algorithm ?? 'RS256'
  const claims = {
    iss: issuer,
    sub: grant.user.sub,
    aud: client.id,
    exp: issuedAt + LIFETIME,
    iat: issuedAt,
    auth_time: grant.authTime,
    nonce: from === 'code' ? grant.nonce : undefined,
    acr: grant.acr,
    sid: grant.sid,
    at_hash: halfHash(accessToken, algorithm),
  }
  return scriptedToken({ typ: 'JWT' }, claims, client, script.idToken, service)
}

/** Puts a token together as `script` wants it. Logout tokens are made the same way. */
export async function scriptedToken(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  client: ScriptedClient,
  script: IdTokenScript,
  { keys }: Service,
): Promise<string> {
  const algorithm = script.algorithm ?? 'RS256'
  const signWith = script.signWith ?? 'active-key'
  const { kid, privateKey, publicKey } = await keys.active(algorithm)
  const signer = await signerOf(signWith)
  const right = { ...header, alg: ALG[signWith] ?? algorithm, kid }
  const signed = signToken(changed(right, script.header), changed(claims, script.claims), signer)
  return script.tamper === undefined ? signed : script.tamper(signed)

  async function signerOf(name: IdTokenSigner): Promise<Signer> {
    switch (name) {
      case 'active-key':
        return { type: 'key', algorithm, key: privateKey }
      case 'unpublished-key':
        return { type: 'key', algorithm, key: (await keys.unpublished(algorithm)).privateKey }
      case 'nothing':
        return { type: 'nothing' }
      case 'client-secret':
        return { type: 'hs256', secret: secretOf(client) ?? '' }
      case 'public-key':
        return { type: 'hs256', secret: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
    }
  }
}

const ALG: Readonly<Partial<Record<IdTokenSigner, string>>> = {
  nothing: 'none',
  'client-secret': 'HS256',
  'public-key': 'HS256',
}

/** `at_hash`: the left half of the hash that goes with the algorithm. */
function halfHash(accessToken: string, algorithm: KeyAlgorithm): string {
  const digest = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken)
    .digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
