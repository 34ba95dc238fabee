import type { RefreshedTokens } from '../protocol/protocol.ts'
import type { Grant, Session } from '../session/session.ts'

/**
 * The grant after a refresh. What the answer leaves out stays as it was, and a refresh never grants more than the
 * sign-in did.
 *
 * @param answeredAt when the answer came, milliseconds since the epoch
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function refreshedGrant(before: Grant, tokens: RefreshedTokens, answeredAt: number): Grant {
  const { accessToken, expiresIn, refreshToken, idToken, scope } = tokens
  return {
    accessToken,
    receivedAt: answeredAt,
    expiresAt: expiresIn === undefined || expiresIn <= 0 ? undefined : answeredAt + expiresIn * 1000,
    refreshToken: refreshToken ?? before.refreshToken,
    idToken: idToken ?? before.idToken,
    scope: scope?.filter((name) => before.scope.includes(name)) ?? before.scope,
  }
}

/** The session with this grant in place of the one it has, and everything else as it is. */
export function withGrant(session: Session, provider: string, grant: Grant): Session {
  return { ...session, grants: { ...session.grants, [provider]: grant } }
}

/** Whether both came of the same answer. Some providers give the same token twice, with a new time to live. */
export function isSameGrant(one: Grant | undefined, other: Grant | undefined): boolean {
  return (
    one?.accessToken === other?.accessToken &&
    one?.refreshToken === other?.refreshToken &&
    one?.receivedAt === other?.receivedAt
  )
}
