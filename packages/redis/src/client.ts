/**
 * What the store uses of a client. `createClient`, `createCluster` and `createSentinel` of the `redis` package all
 * make one.
 */
export interface RedisClient {
  /** Whether commands can be sent now, rather than wait for a connection. Clusters do not say before 6.2. */
  readonly isReady?: boolean
  get(key: string): Promise<unknown>
  eval(script: string, call: ScriptCall): Promise<unknown>
  evalSha(sha1: string, call: ScriptCall): Promise<unknown>
  on(event: 'error', listener: (error: unknown) => void): unknown
  off(event: 'error', listener: (error: unknown) => void): unknown
}

/** Not readonly, because the client's own types are not. */
export interface ScriptCall {
  keys: string[]
  arguments: string[]
}

/**
 * Whether `get` asks the server that writes go to. Clients of a cluster, and of Sentinel, may be set up to read from
 * replicas, which can show a session that was ended a moment ago; scripts always go to the master.
 */
export function readsItsWrites(client: RedisClient): boolean {
  // Only a client of one server can change the database.
  return 'select' in client
}

export function isReady(client: RedisClient): boolean {
  return client.isReady ?? true
}
