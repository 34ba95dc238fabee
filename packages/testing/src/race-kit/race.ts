import { Agent } from 'node:http'
import type { StoreModule } from '../store-contract/store-under-test.ts'
import { type Application, startApplication } from './application.ts'
import { startRaceProvider, subjectOf } from './race-provider.ts'
import { type Crash, type FailedRequest, judged, type LostSession, type RaceReport } from './report.ts'
import { createVisitor, type Visitor } from './visitor.ts'

/** A race for refresh tokens: every process gets all its requests at the moment the access tokens have expired. */
export interface RaceOptions {
  /** The store to race on. Absent: sessions sealed in cookies, which allow one process. */
  readonly store?: StoreModule | undefined
  /** Default 4; without a store 1. */
  readonly processes?: number | undefined
  /** Parallel requests to each process, at every expiry. Default 200. */
  readonly requests?: number | undefined
  /** How often the access tokens expire. Nobody waits for it: it is the clock that moves. Default 20. */
  readonly expiries?: number | undefined
  /** Sessions that share the requests. Default 4. */
  readonly sessions?: number | undefined
  /** Processes to kill. Default none. */
  readonly crashes?: readonly PlannedCrash[] | undefined
  /** Seconds a call to the provider may take: a lease outlives its holder by at most so long and 5 s. Default 10. */
  readonly timeout?: number | undefined
  /** Options of Node for the processes, where there is no store to say: `--conditions=source`. Default none. */
  readonly execArgv?: readonly string[] | undefined
}

export interface PlannedCrash {
  /** From 1. */
  readonly expiry: number
  readonly at: CrashPoint
}

/**
 * Where a process is killed that renews a token. `before` it is presented; `during` the call, when the provider has
 * it and has done nothing yet; `after` it was rotated, before the process hears of it.
 */
export type CrashPoint = 'before' | 'during' | 'after'

/**
 * Runs a race, on processes of its own against a provider that rotates refresh tokens and revokes everything of a
 * sign-in when one is used twice. Resolves whatever comes of it; look at `problems`.
 */
export async function runRace(options: RaceOptions = {}): Promise<RaceReport> {
  const { store, processes = store === undefined ? 1 : 4, requests = 200, expiries = 20, timeout = 10 } = options
  const { sessions = 4, crashes: planned = [], execArgv = store?.execArgv ?? [] } = options
  if (store === undefined && processes > 1) throw new Error('Sessions in cookies race in one process: give a store.')

  const failures: FailedRequest[] = []
  const lostSessions: LostSession[] = []
  const crashes: Crash[] = []
  const applications: Application[] = []
  const agent = new Agent({ keepAlive: true })
  let ahead = 0
  let expiry = 0
  let next: { readonly at: CrashPoint; readonly session: number } | undefined
  let sent = 0

  const provider = await startRaceProvider({ now: () => Date.now() + ahead, isKilled: kill })
  const setup = {
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    timeout,
    store: store && { url: store.url.href, setting: store.setting },
  }
  const visitors = Array.from({ length: sessions }, () => createVisitor(agent))

  /** Kills a process, if this is the place where one is to die. */
  async function kill(at: CrashPoint, pid: number, session: number, token: string): Promise<boolean> {
    if (next?.at !== at || next.session !== session) return false
    next = undefined
    const process = applications.findIndex((application) => application.pid === pid)
    crashes.push({ expiry, at, process, session, token })
    await applications[process]?.kill()
    return true
  }

  const start = async (): Promise<Application> => {
    const application = await startApplication(setup, execArgv, async (pid, token) => {
      const session = provider.refreshToken(token) ?? -1
      return !(await kill('before', pid, session, token))
    })
    if (ahead > 0) await application.advance(ahead)
    return application
  }

  const signIn = async (visitor: Visitor, session: number): Promise<void> => {
    provider.expect(session)
    await visitor.signIn(applications[session % processes]?.port ?? 0)
  }

  /** One request; what was wrong with it. */
  const ask = async (visitor: Visitor, session: number, { port }: Application): Promise<string | undefined> => {
    try {
      const { status, answer, code } = await visitor.ask(port)
      if (answer === undefined) return `${status} ${code}`
      const token = provider.accessToken(answer.token)
      if (answer.subject !== subjectOf(session) || token?.session !== session) return 'the token of another session'
      return token.isLive ? undefined : 'an access token that had expired'
    } catch (error) {
      return error instanceof Error ? error.message : 'the connection broke'
    }
  }

  /** All requests of one expiry at once, by these sessions in turn. */
  const rush = async (among: readonly number[]): Promise<void> => {
    const asked = applications.flatMap((application, process) =>
      Array.from({ length: requests }, async (_, number) => {
        const session = among[number % among.length] ?? 0
        const reason = await ask(visitors[session] as Visitor, session, application)
        if (reason !== undefined) failures.push({ expiry, process, session, reason })
      }),
    )
    sent += asked.length
    await Promise.all(asked)
  }

  const everybody = visitors.map((_, session) => session)

  const expire = async (): Promise<void> => {
    const milliseconds = (provider.tokenLifetime + 1) * 1000
    ahead += milliseconds
    await Promise.all(applications.map((application) => application.advance(milliseconds)))
    const crash = planned.find((one) => one.expiry === expiry)
    if (crash !== undefined) {
      const victim = expiry % sessions
      // The others are not to lose a token that the process happens to hold as well.
      if (sessions > 1) await rush(everybody.filter((session) => session !== victim))
      next = { at: crash.at, session: victim }
    }
    await rush(everybody)
  }

  /** A new process for one that was killed, and a new sign-in for a session that has ended. */
  const recover = async (): Promise<void> => {
    for (const { process } of crashes.filter((crash) => crash.expiry === expiry)) {
      applications[process] = await start()
    }
    const signedOut = failures.filter((failure) => failure.expiry === expiry && failure.reason.startsWith('401'))
    for (const session of new Set(signedOut.map((failure) => failure.session))) {
      lostSessions.push({ expiry, session })
      await signIn(visitors[session] as Visitor, session)
    }
  }

  try {
    applications.push(...(await Promise.all(Array.from({ length: processes }, start))))
    for (const session of everybody) await signIn(visitors[session] as Visitor, session)
    for (expiry = 1; expiry <= expiries; expiry += 1) {
      await expire()
      await recover()
    }
    await Promise.all(applications.map((application) => application.close()))
    const presentations = provider.presentations()
    return judged({ requests: sent, presentations, failures, lostSessions, crashes })
  } finally {
    agent.destroy()
    await Promise.all(applications.map((application) => application.kill()))
    await provider.close()
  }
}
