import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'
import { freePorts } from './free-port.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}

const SLOTS = 16_384
const PATIENCE = 20_000

/** Three masters without replicas: the smallest cluster there is. */
export async function startCluster(): Promise<RedisCluster> {
  const buses = await freePorts(3)
  const nodes = await Promise.all(
    buses.map((bus) => startRedis(['cluster-enabled yes', `cluster-port ${bus}`, 'cluster-require-full-coverage no'])),
  )
  const clients = await Promise.all(nodes.map(({ url }) => createClient({ url }).connect()))
  const share = Math.ceil(SLOTS / nodes.length)
  for (const [position, client] of clients.entries()) {
    await client.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', String(position + 1)])
    const last = Math.min((position + 1) * share, SLOTS) - 1
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(position * share), String(last)])
    const [port, bus] = [nodes[0]?.port, buses[0]].map(String) as [string, string]
    if (position > 0) await client.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', port, bus])
  }
  const until = performance.now() + PATIENCE
  for (const client of clients) {
    for (;;) {
      const state = await client.clusterInfo()
      // A node may call that well while it has not heard which slots are the others'.
      const isWhole = state.includes('cluster_known_nodes:3') && state.includes(`cluster_slots_assigned:${SLOTS}`)
      if (state.includes('cluster_state:ok') && isWhole) break
      if (performance.now() > until) throw new Error('The cluster does not come together.')
      await wait(50)
    }
    await client.close()
  }
  return { nodes, stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))) }
}
