import type { Config } from '../config.ts'
import { GatewayError } from '../error.ts'
import type { SignInVerdict } from '../options.ts'
import type { Provider } from '../provider/provider.ts'
import type { Session } from '../session/session.ts'
import type { Granted } from './phase.ts'

export interface SignInDependencies extends Pick<Config, 'onSignIn' | 'now'> {
  readonly sessionId: string
  /** `User-Agent` of the browser, where sessions are listed. */
  readonly device: string | undefined
}

/** What a provider says of somebody, once it has been proven. */
export type Vouched = Pick<Granted, 'tokens' | 'user' | 'profileKnown'>

const MAX_DEVICE = 200

/** Asks the application, and makes the session: always a new one, with a new id. */
export async function signIn(
  { tokens, user, profileKnown }: Vouched,
  { id: provider, capabilities, loginParameters }: Pick<Provider, 'id' | 'capabilities' | 'loginParameters'>,
  { sessionId, device, onSignIn, now }: SignInDependencies,
): Promise<Session> {
  const verdict = await ask(() => onSignIn({ provider, subject: user.id, user, scope: tokens.scope }), provider)
  if (verdict !== 'allow') throw new GatewayError('sign_in_refused', { provider })
  const time = now()
  const sub = text(tokens.claims['sub'])
  return {
    id: sessionId,
    provider,
    subject: user.id,
    sub: sub === user.id ? undefined : sub,
    user,
    signedInAt: time,
    touchedAt: time,
    authenticatedAt:
      authenticationTime(tokens.claims['auth_time'], time) ??
      // What nobody can be asked for, nobody can be held to.
      (loginParameters.includes('max_age') ? undefined : time),
    acr: text(tokens.claims['acr']),
    sid: text(tokens.claims['sid']),
    device: device?.slice(0, MAX_DEVICE),
    label: undefined,
    profileMissedAt: profileKnown ? undefined : time,
    grants: {
      [provider]: {
        accessToken: tokens.accessToken,
        receivedAt: time,
        // A lifetime of nothing is no statement one can act on: the token is used until the provider refuses it.
        expiresAt: tokens.expiresIn === undefined || tokens.expiresIn <= 0 ? undefined : time + tokens.expiresIn * 1000,
        refreshToken: capabilities.refresh ? tokens.refreshToken : undefined,
        idToken: tokens.idToken,
        scope: tokens.scope,
      },
    },
  }
}

async function ask(question: () => SignInVerdict | Promise<SignInVerdict>, provider: string): Promise<SignInVerdict> {
  try {
    return await question()
  } catch {
    throw new GatewayError('sign_in_hook_failed', { provider })
  }
}

/** Not later than now: by a clock that is ahead, or a claim in milliseconds, a sign-in would be recent for ever. */
function authenticationTime(authTime: unknown, now: number): number | undefined {
  return typeof authTime === 'number' ? Math.min(authTime * 1000, now) : undefined
}

function text(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined
}
