import { createPrivateKey, type KeyObject } from 'node:crypto'
import { unknownNames } from '../unknown-name.ts'
import type { ClientAuthentication } from './client-authentication.ts'

/**
 * What would make the client weaker than it says. An empty secret is the dangerous one: the protocol library
 * takes it for a public client, and sends no credentials at all.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export function authenticationProblems(clientId: unknown, authentication: unknown): readonly string[] {
  return [
    ...credentialProblems('clientId', clientId),
    ...methodProblems(authentication),
    ...rawClientIdProblems(clientId, authentication),
  ]
}

/**
 * The first colon of Basic credentials ends the name: what stands behind it would be taken for the secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
function rawClientIdProblems(clientId: unknown, authentication: unknown): readonly string[] {
  if (!isRecord(authentication) || authentication['method'] !== 'client_secret_basic') return []
  return authentication['encoding'] === 'raw' && String(clientId).includes(':')
    ? ["clientAuthentication.encoding 'raw' cannot send a clientId that holds a colon. Choose 'url' or 'strict'."]
    : []
}

/** What there is to say about each method. */
const PARTS: Readonly<Record<ClientAuthentication['method'], readonly string[]>> = {
  client_secret_post: ['clientSecret'],
  client_secret_basic: ['clientSecret', 'encoding'],
  private_key_jwt: ['privateKey', 'keyId', 'algorithm'],
  none: [],
}

// Web Crypto, which signs, takes no RSA key that is marked as one for PSS alone.
const KEY_TYPES: Readonly<Record<string, string>> = { RS256: 'rsa', PS256: 'rsa', ES256: 'ec', EdDSA: 'ed25519' }

// RFC 7518 sections 3.3 and 3.5.
const SHORTEST_RSA = 2048

function methodProblems(authentication: unknown): readonly string[] {
  // Not copied: the credentials of a provider that is defined again are there to be read, and not to be listed.
  const parts = isRecord(authentication) ? authentication : {}
  const { method } = parts
  if (!isMethod(method)) {
    const names = Object.keys(PARTS).map((name) => `'${name}'`)
    return [`clientAuthentication.method must be one of ${names.join(', ')}.`]
  }
  return [
    ...unknownNames(
      parts,
      ['method', ...PARTS[method]],
      (name) => `clientAuthentication.${name} is not part of '${method}'.`,
    ),
    ...partProblems(method, parts),
  ]
}

function isMethod(method: unknown): method is ClientAuthentication['method'] {
  return typeof method === 'string' && Object.hasOwn(PARTS, method)
}

function partProblems(
  method: ClientAuthentication['method'],
  { clientSecret, encoding, privateKey, keyId, algorithm = 'RS256' }: Readonly<Record<string, unknown>>,
): readonly string[] {
  switch (method) {
    case 'none':
      return []
    case 'client_secret_basic':
      return [
        ...secretProblems(clientSecret),
        ...(encoding === undefined || ['url', 'strict', 'raw'].includes(String(encoding))
          ? []
          : ["clientAuthentication.encoding must be 'url', 'strict' or 'raw'."]),
      ]
    case 'client_secret_post':
      return secretProblems(clientSecret)
    case 'private_key_jwt':
      return [
        ...keyProblems(privateKey, String(algorithm)),
        ...(keyId === undefined || (typeof keyId === 'string' && keyId !== '')
          ? []
          : ['clientAuthentication.keyId must be a string with something in it.']),
      ]
  }
}

function secretProblems(secret: unknown): readonly string[] {
  if (secret === undefined || secret === '') {
    return ["clientSecret is empty. For a client that has none, say clientAuthentication: { method: 'none' }."]
  }
  return credentialProblems('clientSecret', secret)
}

function credentialProblems(name: string, value: unknown): readonly string[] {
  if (value === undefined || value === '') return [`${name} is empty.`]
  // The ids of some providers are numbers, and are written as such.
  if (typeof value !== 'string') return [`${name} must be a string.`]
  return value.trim() === value ? [] : [`${name} begins or ends with white space.`]
}

function keyProblems(privateKey: unknown, algorithm: string): readonly string[] {
  const type = KEY_TYPES[algorithm]
  if (type === undefined) {
    return [`clientAuthentication.algorithm must be one of ${Object.keys(KEY_TYPES).join(', ')}.`]
  }
  const key = readKey(privateKey)
  if (key === undefined) return ['clientAuthentication.privateKey must be a private key in PKCS #8 PEM.']
  const { namedCurve = 'prime256v1', modulusLength = SHORTEST_RSA } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== type || namedCurve !== 'prime256v1') {
    return [`clientAuthentication.privateKey is not a key for ${algorithm}.`]
  }
  return modulusLength >= SHORTEST_RSA
    ? []
    : [`clientAuthentication.privateKey is too short: an RSA key has ${SHORTEST_RSA} bits or more.`]
}

/** The reason a key does not open may quote it, so it is dropped. */
function readKey(pem: unknown): KeyObject | undefined {
  if (typeof pem !== 'string' || !pem.trimStart().startsWith('-----BEGIN PRIVATE KEY-----')) return undefined
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
