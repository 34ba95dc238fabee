import type { Setting } from '../contestant/contestant.ts'
import type { LoadResult } from './load.ts'
import { startWorker, type Worker } from './process.ts'

/** One measurement: a contestant in a fresh process, warmed up, under load for a while. */
export interface Sample {
  /** CPU time of the server process for one request, in microseconds: the main figure. */
  readonly microseconds: number
  /** Requests a second, whoever was the bottleneck. */
  readonly throughput: number
}

export interface Subject {
  readonly contestant: string
  readonly variant: string
  readonly status: string
  requests(origin: string, count: number): Promise<readonly string[]>
}

export interface MeasureOptions {
  readonly provider: Setting['provider']
  readonly load: Worker
  readonly port: number
  /** Requests that count. A fifth as many go before, to warm up. */
  readonly count: number
}

const CONNECTIONS = 32

/** Throws when a subject does not answer what it declares: a fast error is no result. */
export async function measure(subject: Subject, { provider, load, port, count }: MeasureOptions): Promise<Sample> {
  const setting: Setting = { port, provider, variant: subject.variant }
  const server = await startWorker('server.ts', [subject.contestant, JSON.stringify(setting)], 0)
  try {
    const requests = await subject.requests(`http://127.0.0.1:${port}`, count)
    const warmUp = Math.ceil(requests.length === 1 ? count / 5 : requests.length / 5)
    const [first, second] =
      requests.length === 1 ? [requests, requests] : [requests.slice(0, warmUp), requests.slice(warmUp)]
    await run(load, { port, requests: first, count: warmUp }, subject)
    const before = await cpuTime(server)
    const { seconds, sent } = await run(load, { port, requests: second, count }, subject)
    const after = await cpuTime(server)
    return { microseconds: (after - before) / sent, throughput: sent / seconds }
  } finally {
    await server.stop()
  }
}

async function run(
  load: Worker,
  what: { readonly port: number; readonly requests: readonly string[]; readonly count: number },
  { contestant, status }: Subject,
): Promise<{ readonly seconds: number; readonly sent: number }> {
  const result = (await load.ask({ ...what, connections: CONNECTIONS })) as LoadResult & { readonly error?: string }
  if (result.error !== undefined) throw new Error(`${contestant}: ${result.error}`)
  const sent = result.statuses[status] ?? 0
  if (sent === 0 || Object.keys(result.statuses).length > 1) {
    throw new Error(`${contestant} should answer ${status}, and answered ${JSON.stringify(result.statuses)}`)
  }
  return { seconds: result.seconds, sent }
}

async function cpuTime(server: Worker): Promise<number> {
  const { microseconds } = (await server.ask('cpu')) as { readonly microseconds: number }
  return microseconds
}
