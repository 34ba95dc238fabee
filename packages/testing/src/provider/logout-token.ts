import { randomUUID } from 'node:crypto'
import type { Change } from './change.ts'
import { scriptedToken } from './id-token.ts'
import type { IdTokenScript } from './script.ts'
import type { Service } from './service.ts'

/** Whose sessions a logout token ends, and how it differs from a right one. */
export interface LogoutTokenOptions extends IdTokenScript {
  /** Id of the client it is for. */
  readonly clientId: string
  /** All sessions of this user. At least one of `subject` and `sid` belongs in a right token. */
  readonly subject?: string | undefined
  /** One session: the `sid` of an ID token. */
  readonly sid?: string | undefined
  readonly claims?: Change | undefined
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const LIFETIME = 120

/**
 * A logout token, to be posted as `logout_token`. Rejects for a client that is not registered.
 *
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken
 */
export async function makeLogoutToken(options: LogoutTokenOptions, service: Service): Promise<string> {
  const { clientId, subject, sid, ...script } = options
  const client = service.clients.find(clientId)
  if (client === undefined) throw new Error(`No client "${clientId}" is registered`)
  const issuedAt = Math.floor(service.now() / 1000)
  const claims = {
    iss: service.issuer,
    aud: clientId,
    iat: issuedAt,
    exp: issuedAt + LIFETIME,
    jti: randomUUID(),
    sub: subject,
    sid,
    events: { [EVENT]: {} },
  }
  return scriptedToken({ typ: 'logout+jwt' }, claims, client, script, service)
}
