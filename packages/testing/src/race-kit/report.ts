import type { CrashPoint } from './race.ts'
import type { Presentation } from './race-provider.ts'

/** What came of a race. Sessions and processes are numbered from 0, expiries from 1. */
export interface RaceReport {
  /** How many requests were sent at the moment their access token had expired. */
  readonly requests: number
  /** How often each refresh token was presented. Tokens appear as digests. */
  readonly presentations: readonly Presentation[]
  /** Requests that did not get a good token of their own session. */
  readonly failures: readonly FailedRequest[]
  /** Sessions that ended, though nobody had signed out. */
  readonly lostSessions: readonly LostSession[]
  readonly crashes: readonly Crash[]
  /** Everything that should not have happened, in sentences. Empty: nobody but its own client noticed a crash. */
  readonly problems: readonly string[]
}

export interface FailedRequest {
  readonly expiry: number
  readonly process: number
  readonly session: number
  /** A status and an error code, or what was wrong with the token or with the connection. */
  readonly reason: string
}

export interface LostSession {
  readonly expiry: number
  readonly session: number
}

export interface Crash {
  readonly expiry: number
  readonly at: CrashPoint
  /** The one that was killed. */
  readonly process: number
  /** The one whose token it was about to renew. */
  readonly session: number
  /** Digest of that refresh token. */
  readonly token: string
}

export type RaceCourse = Omit<RaceReport, 'problems'>

/** Judges a race. */
export function judged(course: RaceCourse): RaceReport {
  return { ...course, problems: [...presentedTwice(course), ...failedFor(course), ...lost(course)] }
}

/** A process that dies with the token in its hands leaves it to another, which has to present it again. */
function presentedTwice({ presentations, crashes }: RaceCourse): readonly string[] {
  const excused = new Set(crashes.filter(({ at }) => at !== 'before').map(({ token }) => token))
  return presentations
    .filter(({ token, times }) => times > (excused.has(token) ? 2 : 1))
    .map(({ session, times }) => `A refresh token of session ${session} was presented ${times} times.`)
}

/** Only clients of the process that was killed may notice, and the one whose token it took with it. */
function failedFor({ failures, crashes }: RaceCourse): readonly string[] {
  const isExcused = ({ expiry, process, session, reason }: FailedRequest): boolean =>
    crashes.some(
      (crash) =>
        crash.expiry === expiry &&
        (crash.process === process || (crash.at === 'after' && crash.session === session && reason.startsWith('401'))),
    )
  const counts = new Map<string, number>()
  for (const { expiry, reason } of failures.filter((failure) => !isExcused(failure))) {
    const sentence = `failed at expiry ${expiry}: ${reason}.`
    counts.set(sentence, (counts.get(sentence) ?? 0) + 1)
  }
  return [...counts].map(([sentence, count]) => `${count} ${count === 1 ? 'request' : 'requests'} ${sentence}`)
}

function lost({ lostSessions, crashes }: RaceCourse): readonly string[] {
  const isExcused = ({ expiry, session }: LostSession): boolean =>
    crashes.some((crash) => crash.expiry === expiry && crash.at === 'after' && crash.session === session)
  return lostSessions
    .filter((loss) => !isExcused(loss))
    .map(({ session, expiry }) => `Session ${session} was signed out at expiry ${expiry}.`)
}
