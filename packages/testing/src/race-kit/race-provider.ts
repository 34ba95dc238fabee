import { randomBytes } from 'node:crypto'
import type { OverrideFunction } from '../provider/override.ts'
import { type ScriptedProvider, startScriptedProvider } from '../provider/scripted-provider.ts'
import type { HttpAnswer } from '../server/answer.ts'
import { digest, ORIGIN, PROCESS_HEADER, PROVIDER } from './messages.ts'

/** A provider that rotates refresh tokens, and knows of every token whose it is. */
export interface RaceProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Seconds an access token lives. */
  readonly tokenLifetime: number
  /** Says who is signed in next. */
  expect(session: number): void
  /** Whose an access token is, and whether it is still good; `undefined` for one it never gave out. */
  accessToken(token: string): { readonly session: number; readonly isLive: boolean } | undefined
  /** Whose a refresh token is. */
  refreshToken(token: string): number | undefined
  /** How often each refresh token was presented. */
  presentations(): readonly Presentation[]
  close(): Promise<void>
}

export interface Presentation {
  /** Digest of the refresh token. */
  readonly token: string
  readonly session: number
  readonly times: number
}

export interface RaceProviderOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /**
   * A refresh token has come, and nothing was done with it yet (`during`); or it was rotated and the answer is about
   * to be sent (`after`). Whether the process that presented it has been killed.
   */
  readonly isKilled: (at: 'during' | 'after', pid: number, session: number, token: string) => Promise<boolean>
}

const TOKEN_LIFETIME = 3_600

export async function startRaceProvider({ now, isKilled }: RaceProviderOptions): Promise<RaceProvider> {
  const secret = randomBytes(32).toString('base64url')
  const provider: ScriptedProvider = await startScriptedProvider({ accessTokenLifetime: TOKEN_LIFETIME, now })
  const { id } = provider.register({
    redirectUris: [`${ORIGIN}/auth/callback/${PROVIDER}`],
    authentication: { method: 'client_secret_basic', secret },
  })
  const accessTokens = new Map<string, { readonly session: number; readonly expiresAt: number }>()
  const owners = new Map<string, number>()
  const presented = new Map<string, number>()
  let signingIn = 0

  const remember = (session: number, { status, body }: HttpAnswer): void => {
    if (status !== 200) return
    // The provider's own answer to a token request.
    const { access_token, refresh_token } = JSON.parse(String(body)) as Record<string, string>
    accessTokens.set(digest(access_token ?? ''), { session, expiresAt: now() + TOKEN_LIFETIME * 1000 })
    owners.set(digest(refresh_token ?? ''), session)
  }

  const answerToken: OverrideFunction = async ({ form, headers }, defaultAnswer) => {
    const refreshToken = form.get('refresh_token')
    if (refreshToken === null) {
      const answer = await defaultAnswer()
      remember(signingIn, answer)
      return answer
    }
    const token = digest(refreshToken)
    const session = owners.get(token) ?? -1
    const pid = Number(headers[PROCESS_HEADER])
    presented.set(token, (presented.get(token) ?? 0) + 1)
    if (await isKilled('during', pid, session, token)) return 'reset'
    const answer = await defaultAnswer()
    remember(session, answer)
    return (await isKilled('after', pid, session, token)) ? 'reset' : answer
  }
  provider.change({ endpoints: { token: answerToken } })

  return {
    issuer: provider.issuer,
    clientId: id,
    clientSecret: secret,
    tokenLifetime: TOKEN_LIFETIME,
    expect(session) {
      signingIn = session
      provider.change({ user: { sub: subjectOf(session) } })
    },
    accessToken(token) {
      const found = accessTokens.get(token)
      return found && { session: found.session, isLive: now() < found.expiresAt }
    },
    refreshToken: (token) => owners.get(token),
    presentations: () => [...presented].map(([token, times]) => ({ token, session: owners.get(token) ?? -1, times })),
    close: () => provider.close(),
  }
}

/** The user of a session: each has its own, so that a token in the wrong place shows. */
export function subjectOf(session: number): string {
  return `user-${session}`
}
