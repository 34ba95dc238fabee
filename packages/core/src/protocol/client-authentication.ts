import type { ClientAuth } from 'openid-client'
import { GatewayError } from '../error.ts'
import type { ClientAuthentication } from '../provider/client-authentication.ts'
import { loadJose, type OpenidClient } from './library.ts'
import type { Connection } from './transport.ts'

/**
 * The one way this client proves itself, as the library wants it. Throws `config_invalid` for a private key that
 * cannot be used.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export async function clientAuthentication(library: OpenidClient, connection: Connection): Promise<ClientAuth> {
  const { clientAuthentication: authentication } = connection.provider
  switch (authentication.method) {
    case 'none':
      return library.None()
    case 'client_secret_post':
      return library.ClientSecretPost(authentication.clientSecret)
    case 'client_secret_basic':
      return basic(authentication, library)
    case 'private_key_jwt':
      return privateKeyJwt(authentication, library, connection)
  }
}

type Basic = Extract<ClientAuthentication, { method: 'client_secret_basic' }>

/**
 * The library encodes `-`, `_` and `.` too, which RFC 6749 allows and servers that compare without decoding refuse.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
function basic({ clientSecret, encoding = 'url' }: Basic, library: OpenidClient): ClientAuth {
  if (encoding === 'strict') return library.ClientSecretBasic(clientSecret)
  const encode = encoding === 'url' ? formEncoded : (value: string) => value
  return (_server, { client_id }, _body, headers) => {
    const credentials = Buffer.from(`${encode(client_id)}:${encode(clientSecret)}`).toString('base64')
    headers.set('authorization', `Basic ${credentials}`)
  }
}

function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}

type PrivateKeyJwt = Extract<ClientAuthentication, { method: 'private_key_jwt' }>

/**
 * A new assertion for each request, of a minute. The library names the server's issuer as its one audience.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
async function privateKeyJwt(
  { privateKey, keyId, algorithm = 'RS256' }: PrivateKeyJwt,
  library: OpenidClient,
  { provider, now }: Connection,
): Promise<ClientAuth> {
  const key = await importKey(privateKey, algorithm, provider.id)
  return library.PrivateKeyJwt(keyId === undefined ? { key } : { key, kid: keyId }, {
    [library.modifyAssertion](header, payload) {
      // It would say Ed25519, which servers that know the older name refuse.
      header['alg'] = algorithm
      const issuedAt = Math.floor(now() / 1000)
      // Without `nbf`, which is optional: a server whose clock is a second behind ours would refuse it.
      Object.assign(payload, { iat: issuedAt, nbf: undefined, exp: issuedAt + ASSERTION_LIFETIME })
    },
  })
}

const ASSERTION_LIFETIME = 60

async function importKey(privateKey: string, algorithm: string, provider: string) {
  const { importPKCS8 } = await loadJose()
  try {
    return await importPKCS8(privateKey, algorithm)
  } catch {
    // The reason may quote the key.
    throw new GatewayError('config_invalid', { provider, advice: `privateKey is not a key for ${algorithm}.` })
  }
}
