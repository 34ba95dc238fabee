import { GatewayError } from '@postern/core'
import { isReady, type RedisClient, readsItsWrites } from './client.ts'
import type { Connection } from './connection.ts'
import { describeFailure } from './failure.ts'
import { watchHealth } from './health.ts'
import { GET } from './record-scripts.ts'
import type { Run } from './script.ts'

/** Carries out operations of the store, and tells every failure in words that hold nothing secret. */
export interface Operator {
  /** However many commands it takes, within one deadline. Rejects with `store_unavailable`. */
  operate: Operate
  /** For what does no harm when it happens twice: sent again when the connection breaks in the middle. */
  insist: Operate
  /** Stops listening to the client. */
  retire(): void
}

export type Operate = <Result>(operation: (channel: Channel) => Promise<Result>) => Promise<Result>

/** What an operation sends its commands through. */
export interface Channel {
  /** The text at a key, as the server has it that writes go to; `null` when there is none. */
  readonly get: (place: string) => Promise<unknown>
  readonly run: Run
}

// Seconds. The store itself tries to connect every two seconds at the latest.
const RETRY_AFTER = 2

/** @param timeout milliseconds */
export function createOperator(connection: Connection, timeout: number): Operator {
  const { client } = connection
  const health = watchHealth(connection, timeout)
  const mayGet = readsItsWrites(client)

  const channelSince = (began: number): Channel => {
    const send = async (command: () => Promise<unknown>): Promise<unknown> => {
      // What nobody waits for any more is not begun.
      if (performance.now() - began >= timeout) throw new Error('too late to begin')
      const answer = await command()
      health.answered()
      return answer
    }
    const run: Run = (script, keys, args) => send(() => runScript(client, script, keys, args))
    return { run, get: (place) => (mayGet ? send(() => client.get(place)) : run(GET, [place], [])) }
  }

  const begin: Operate = async (operation) => {
    const outage = health.outage()
    if (outage !== undefined) throw unavailable(outage)
    const began = performance.now()
    const result = operation(channelSince(began))
    return within(timeout, result, () => unavailable(health.missed(began)))
  }

  const whenReady = async <Result>(send: () => Promise<Result>): Promise<Result> => {
    if (!isReady(client)) {
      await connection.arrival()
      // It answered to the password.
      health.answered()
    }
    return send()
  }

  return {
    operate: (operation) => begin((channel) => whenReady(() => operation(channel))),
    insist: (operation) =>
      begin(async (channel) => {
        try {
          return await whenReady(() => operation(channel))
        } catch (error) {
          // The connection stands, so this is what came back on it.
          if (isReady(client)) throw error
          return whenReady(() => operation(channel))
        }
      }),
    retire: health.retire,
  }
}

/** By its digest; in full for a server that has not seen it yet. */
async function runScript(client: RedisClient, ...[script, keys, args]: Parameters<Run>): Promise<unknown> {
  const call = () => ({ keys: [...keys], arguments: args.map(String) })
  try {
    return await client.evalSha(script.sha1, call())
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
    return client.eval(script.text, call())
  }
}

function within<Result>(timeout: number, promise: Promise<Result>, late: () => GatewayError): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeout)
    promise.then(
      (result) => {
        clearTimeout(timer)
        resolve(result)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(unavailable(describeFailure(error)))
      },
    )
  })
}

function unavailable(what: string): GatewayError {
  return new GatewayError('store_unavailable', { retryAfter: RETRY_AFTER, advice: `Redis ${what}.` })
}
