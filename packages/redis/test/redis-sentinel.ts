import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface RedisSentinels {
  readonly name: string
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly sentinels: readonly RedisServer[]
  stop(): Promise<void>
}

const NAME = 'postern'
const PATIENCE = 20_000

/** A master, a replica, and three sentinels that notice within a second when the master is gone. */
export async function startSentinels(): Promise<RedisSentinels> {
  const master = await startRedis()
  const replica = await startRedis([`replicaof 127.0.0.1 ${master.port}`])
  const lines = [
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 3000`,
  ]
  const sentinels = await Promise.all([1, 2, 3].map(() => startRedis(lines, 'sentinel')))
  await Promise.all(sentinels.map(({ url }) => untilKnown(url)))
  const servers = [...sentinels, replica, master]
  return {
    name: NAME,
    master,
    replica,
    sentinels,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  }
}

/** A sentinel can vote when it knows the other two, and can promote the replica when it knows that. */
async function untilKnown(url: string): Promise<void> {
  const client = await createClient({ url }).connect()
  const until = performance.now() + PATIENCE
  for (;;) {
    const facts: Readonly<Record<string, unknown>> = await client.sendCommand(['SENTINEL', 'MASTER', NAME])
    if (facts['num-other-sentinels'] === '2' && facts['num-slaves'] === '1') break
    if (performance.now() > until) throw new Error('The sentinels do not find each other.')
    await wait(50)
  }
  await client.close()
}
