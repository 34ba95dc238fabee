import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { ClientAuthentication } from './client-authentication.ts'

/**
 * What would make the client weaker than it says. An empty secret is the dangerous one: the protocol library
 * takes it for a public client, and sends no credentials at all.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export function authenticationProblems(clientId: unknown, authentication: unknown): readonly string[] {
  return [...credentialProblems('clientId', clientId), ...methodProblems(authentication)]
}

const METHODS = [
  'client_secret_post',
  'client_secret_basic',
  'private_key_jwt',
  'none',
] satisfies ClientAuthentication['method'][]

const KEY_TYPES: Readonly<Record<string, readonly string[]>> = {
  RS256: ['rsa'],
  PS256: ['rsa', 'rsa-pss'],
  ES256: ['ec'],
  EdDSA: ['ed25519'],
}

function methodProblems(authentication: unknown): readonly string[] {
  const {
    method,
    clientSecret,
    encoding,
    privateKey,
    algorithm = 'RS256',
  } = isRecord(authentication) ? authentication : {}
  switch (method) {
    case 'none':
      return clientSecret === undefined ? [] : ["clientAuthentication says 'none' and has a clientSecret. Choose one."]
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
      return keyProblems(privateKey, String(algorithm))
    default:
      return [`clientAuthentication.method must be one of ${METHODS.map((name) => `'${name}'`).join(', ')}.`]
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
  const types = KEY_TYPES[algorithm]
  if (types === undefined) {
    return [`clientAuthentication.algorithm must be one of ${Object.keys(KEY_TYPES).join(', ')}.`]
  }
  const key = readKey(privateKey)
  if (key === undefined) return ['clientAuthentication.privateKey must be a private key in PKCS #8 PEM.']
  const curve = key.asymmetricKeyDetails?.namedCurve
  return types.includes(key.asymmetricKeyType ?? '') && (curve === undefined || curve === 'prime256v1')
    ? []
    : [`clientAuthentication.privateKey is not a key for ${algorithm}.`]
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
