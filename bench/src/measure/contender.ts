import { join } from 'node:path'
import type { Prepared } from '../ask/ask.ts'
import type { Setting } from '../contestant/contestant.ts'
import type { Program } from '../contestant/entrant.ts'
import { trimFile } from '../profile/trim.ts'
import type { Entry } from '../scenario/scenario.ts'
import { freePort } from './free-port.ts'
import type { Pace } from './pace.ts'
import { startWorker, type Worker } from './process.ts'
import type { Stage } from './stage.ts'

/** An entry whose server runs, is warm, and has its connections open. */
export interface Contender {
  readonly cookie: number
  /** Sends a burst; what it cost the server. */
  burst(): Promise<Cost>
  stop(): Promise<void>
}

export interface Cost {
  readonly requests: number
  /** CPU time of the server: of its process, or of all it has. */
  readonly microseconds: number
  readonly seconds: number
}

const CONNECTIONS = 32

/** Starts a server in a fresh process, checks what it answers, and warms it up. */
export async function enter({ entrant, variant, ask }: Entry, stage: Stage, pace: Pace): Promise<Contender> {
  const port = await freePort()
  const setting: Setting = { port, provider: stage.provider, ...variant }
  const { module, parameters } = programOf(entrant.program, setting)
  // V8 knows nothing of what Apache does.
  const folder = entrant.program.type === 'apache' ? undefined : stage.profiles
  const profile = folder === undefined ? undefined : { folder, name: `${parameters[0] ?? ''}-${port}` }
  const server = await startWorker({ module, parameters, core: 0, profile })
  const id = String(port)
  let warmAt = 0
  const stop = async (): Promise<void> => {
    await stage.send({ type: 'close', id })
    await server.stop()
    if (profile !== undefined) trimFile(join(profile.folder, `${profile.name}.cpuprofile`), warmAt)
  }
  try {
    const count = pace.once.warmUp + pace.bursts * pace.once.burst
    const prepared = await ask.prepare({ origin: `http://127.0.0.1:${port}`, site: entrant.site }, count)
    await stage.send({ type: 'open', id, target: { port, requests: prepared.requests, connections: CONNECTIONS } })
    const send = async (limit: { readonly count: number; readonly seconds: number }): Promise<Cost> => {
      const before = await cpuTime(server)
      const { seconds, kinds } = await stage.send({ type: 'burst', id, ...limit })
      const microseconds = (await cpuTime(server)) - before
      return { requests: requestsOf(kinds, prepared), microseconds, seconds }
    }
    const isOnce = prepared.requests.length > 1
    const warm = await send(isOnce ? { count: pace.once.warmUp, seconds: 60 } : pace.warmUp)
    warmAt = Number(process.hrtime.bigint() / 1000n)
    const inOneBurst = Math.ceil((warm.requests / warm.seconds) * pace.burst)
    const limit = { count: isOnce ? pace.once.burst : inOneBurst, seconds: 60 }
    const burst = async (): Promise<Cost> => {
      if (prepared.renew !== undefined) await stage.send({ type: 'replace', id, requests: await prepared.renew() })
      return send(limit)
    }
    return { cookie: prepared.cookie, burst, stop }
  } catch (cause) {
    await stop()
    throw new Error(`It printed: ${server.said() || 'nothing'}`, { cause })
  }
}

function programOf(program: Program, setting: Setting) {
  const told = JSON.stringify(setting)
  switch (program.type) {
    case 'own':
      return { module: new URL('./server.ts', import.meta.url), parameters: [program.name, told] }
    case 'peer':
      return { module: new URL('../../peers/serve.mjs', import.meta.url), parameters: [program.folder, told] }
    case 'apache':
      return { module: new URL('../apache/process.ts', import.meta.url), parameters: [program.name, told] }
  }
}

function requestsOf(kinds: Readonly<Record<string, number>>, { kind }: Prepared): number {
  const requests = kinds[kind] ?? 0
  if (requests === 0 || Object.keys(kinds).length > 1) {
    throw new Error(`Every answer should be ${kind}, and they were ${JSON.stringify(kinds)}`)
  }
  return requests
}

async function cpuTime(server: Worker): Promise<number> {
  const { microseconds } = (await server.ask('cpu')) as { readonly microseconds: number }
  return microseconds
}
