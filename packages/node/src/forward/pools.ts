import type { Forward } from '@postern/core'
import type { Pool } from 'undici'

/** Connections to the targets, kept alive, and capped for each. */
export interface Pools {
  get(decision: Pick<Forward, 'upstream' | 'limits'>): Pool | Promise<Pool>
  close(): Promise<void>
}

const CLOSE_DEADLINE = 20_000

export function createPools(): Pools {
  const pools = new Map<string, Pool>()
  return {
    get({ upstream, limits }) {
      // Whoever asks with other limits must not share the connections made for these.
      const key = `${upstream.origin} ${limits.connectTimeout} ${limits.maxConnections}`
      return pools.get(key) ?? open(key, upstream.origin, limits)
    },
    async close() {
      const all = [...pools.values()]
      pools.clear()
      await Promise.race([Promise.all(all.map((pool) => pool.close())), after(CLOSE_DEADLINE)])
      await Promise.all(all.map((pool) => (pool.destroyed ? undefined : pool.destroy())))
    },
  }

  async function open(key: string, origin: string, limits: Forward['limits']): Promise<Pool> {
    // Loading undici costs as much as starting the server: only those who forward pay it.
    const { Pool } = await import('undici')
    const existing = pools.get(key)
    if (existing !== undefined) return existing
    const pool = new Pool(origin, {
      connections: limits.maxConnections,
      connectTimeout: limits.connectTimeout,
      pipelining: 1,
    })
    pools.set(key, pool)
    return pool
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
