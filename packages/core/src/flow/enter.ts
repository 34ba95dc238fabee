import type { Cookie } from '../http/cookie.ts'
import type { Provider } from '../provider/provider.ts'
import type { Session } from '../session/session.ts'
import { publicId } from '../session/summary.ts'
import { type Arrival, beginSession } from './begin-session.ts'
import type { Services } from './services.ts'
import { signIn, type Vouched } from './sign-in.ts'

/** The browser that somebody signs in with. */
export interface Entrant extends Arrival {
  readonly userAgent: string | undefined
}

/** Lets in whom a provider vouched for: asks the application, begins the session, and tells of it. */
export async function enter(
  vouched: Vouched,
  provider: Provider,
  entrant: Entrant,
  services: Services,
  reference: string,
): Promise<{ readonly session: Session; readonly cookies: readonly Cookie[] }> {
  const { config, emit, random } = services
  const device = config.store === undefined ? undefined : entrant.userAgent
  const session = await signIn(vouched, provider, { ...config, sessionId: random(), device })
  const { cookies, ended, replaced } = await beginSession(session, entrant, services)
  const { subject } = session
  for (const { id } of ended) {
    emit({ type: 'session_ended', provider: provider.id, subject, session: id, cause: 'limit', reference })
  }
  if (replaced !== undefined) {
    const former = { provider: replaced.provider, subject: replaced.subject, session: publicId(replaced) }
    emit({ type: 'session_ended', ...former, cause: 'replaced', reference })
  }
  emit({ type: 'signed_in', provider: provider.id, subject, session: publicId(session), reference })
  return { session, cookies }
}
