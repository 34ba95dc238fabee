import { GatewayError } from '@postern/core'
import type { RedisClient } from './client.ts'
import { describeFailure } from './failure.ts'
import type { Run } from './script.ts'

/**
 * Carries out one operation of the store, however many commands it takes, within one deadline. Whatever goes wrong is
 * a `store_unavailable` that says so in words that hold nothing secret.
 */
export type Operate = <Result>(operation: (session: Session) => Promise<Result>) => Promise<Result>

/** What an operation sends its commands through. */
export interface Session {
  readonly run: Run
  readonly client: RedisClient
}

export interface OperateOptions {
  readonly client: RedisClient
  /** Takes the place of `client` while there is no connection. */
  readonly waiting: RedisClient
  /** Milliseconds. */
  readonly timeout: number
}

// Seconds. Clients try again every two seconds at the latest.
const RETRY_AFTER = 2

export function createOperate({ client, waiting, timeout }: OperateOptions): Operate {
  let downSince: number | undefined
  let lastFailure: string | undefined
  // Without a listener, the first connection that breaks would end the process.
  client.on('error', (error) => {
    lastFailure = describeFailure(error)
  })

  /** A connection that just broke is waited for; when it stays away, everybody hears so at once. */
  const refuseWhileDown = (): void => {
    if (client.isReady) {
      downSince = undefined
      return
    }
    downSince ??= performance.now()
    if (performance.now() - downSince >= timeout) throw unavailable(lastFailure ?? 'is not connected')
  }

  return async (operation) => {
    refuseWhileDown()
    const until = performance.now() + timeout
    const target = client.isReady ? client : waiting
    const run: Run = async (script, keys, args) => {
      // What is no longer waited for is not begun either.
      if (performance.now() >= until) throw new Error('late')
      return runScript(target, script, keys, args)
    }
    return within(operation({ run, client: target }), timeout)
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

function within<Result>(promise: Promise<Result>, milliseconds: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable(`did not answer within ${milliseconds} ms`)), milliseconds)
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
