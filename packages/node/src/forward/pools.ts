import type { ForwardLimits } from '@postern/core'
import type { Pool } from 'undici'

/** Connections to the targets, kept alive, and capped for each. */
export interface Pools {
  get(origin: string, limits: ForwardLimits): Pool | Promise<Pool>
  /** Lets what is under way finish, for as long as the deadline allows. Nothing new begins. Closing twice is once. */
  close(): Promise<void>
}

/** Milliseconds: a little less than `gateway.close()` waits. */
const CLOSE_DEADLINE = 19_000

export function createPools(closeDeadline: number = CLOSE_DEADLINE): Pools {
  const pools = new Map<string, Pool>()
  let closing: Promise<void> | undefined

  const open = async (key: string, origin: string, limits: ForwardLimits) => {
    // Loading undici costs as much as starting the server: only those who forward pay it.
    const { Pool } = await import('undici')
    const pool =
      pools.get(key) ??
      new Pool(origin, {
        connections: limits.maxConnections,
        connectTimeout: limits.connectTimeout,
        maxHeaderSize: limits.maxResponseHeaderBytes,
        // HTTP/1.1: trailers and early answers come as they were sent, and a cap on connections is one on exchanges.
        allowH2: false,
        pipelining: 1,
      })
    pools.set(key, pool)
    if (closing !== undefined && !pool.closed) await pool.close()
    return pool
  }

  return {
    get(origin, limits) {
      // Whoever asks with other limits must not share the connections made for these.
      const key = `${origin} ${limits.connectTimeout} ${limits.maxConnections} ${limits.maxResponseHeaderBytes}`
      return pools.get(key) ?? open(key, origin, limits)
    },
    close() {
      closing ??= finish([...pools.values()], closeDeadline)
      return closing
    },
  }
}

async function finish(pools: readonly Pool[], deadline: number): Promise<void> {
  const finished = Promise.all(pools.map((pool) => pool.close()))
  await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, deadline).unref())])
  await Promise.all(pools.map((pool) => (pool.destroyed ? undefined : pool.destroy())))
}
