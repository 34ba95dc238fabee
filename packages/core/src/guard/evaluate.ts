import type { ErrorCode } from '../error.ts'
import type { Provider } from '../provider/provider.ts'
import type { Auth, SignedInAs } from '../session/auth.ts'
import type { Session } from '../session/session.ts'
import type { Requirement } from './requirement.ts'

/** What stands between a request and its route. */
export type Obstacle = Extract<
  ErrorCode,
  'sign_in_required' | 'reauthentication_required' | 'scope_insufficient' | 'access_denied'
>

/** Why this user may not pass, or `undefined`. Pure; denies when the application's own question throws. */
export function obstacle<P extends Provider>(
  auth: Auth<P>,
  session: Session | undefined,
  requirement: Requirement<P>,
  now: number,
): Obstacle | undefined {
  if (!auth.authenticated || session === undefined) return 'sign_in_required'
  if (requirement.provider !== undefined && requirement.provider !== session.provider) return 'sign_in_required'
  if (!isRecentEnough(session, requirement, now) || !isStrongEnough(session, requirement)) {
    return 'reauthentication_required'
  }
  const granted = session.grants[session.provider]?.scope ?? []
  if (requirement.scope?.some((scope) => !granted.includes(scope)) === true) return 'scope_insufficient'
  return agrees(requirement, auth) ? undefined : 'access_denied'
}

/** A sign-in here may have asked nobody anything at the provider: until that says when it did, it is too long ago. */
function isRecentEnough({ authenticatedAt }: Session, { maxAge }: Requirement, now: number): boolean {
  return maxAge === undefined || (authenticatedAt !== undefined && now - authenticatedAt <= maxAge * 1000)
}

export function isStrongEnough({ acr }: Session, { acr: wanted }: Requirement): boolean {
  return wanted === undefined || (acr !== undefined && wanted.includes(acr))
}

function agrees<P extends Provider>({ where }: Requirement<P>, auth: SignedInAs<P>): boolean {
  if (where === undefined) return true
  try {
    const answer: unknown = where(auth)
    // A guard waits for nobody: what is only promised is no yes, and may fail without ending the process.
    if (answer instanceof Promise) answer.catch(() => undefined)
    return answer === true
  } catch {
    return false
  }
}
