import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'
import { freePorts } from './free-port.ts'

/** A server that a test may stop, because the test started it. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Starts it again, on the same port, after `kill`. */
  start(): Promise<void>
  /** Ends it without a word, as a crash would. */
  kill(): Promise<void>
  /** Lets it keep its connections, and answer nothing. */
  pause(): void
  resume(): void
  /** Ends it, and removes its files. */
  stop(): Promise<void>
}

// Valkey's is `valkey-server`.
const PROGRAM = process.env['REDIS_SERVER'] ?? 'redis-server'
const DEFAULT_URL = 'redis://127.0.0.1:6379'
const PATIENCE = 10_000

/**
 * The Redis that tests share: `REDIS_URL`, or the one on its usual port, or else one that is started for them. Rejects
 * when there is none: tests of a store are not skipped.
 */
export async function anyRedis(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const url = process.env['REDIS_URL'] ?? DEFAULT_URL
  if (await answers(url)) return { url, stop: async () => undefined }
  if (process.env['REDIS_URL'] !== undefined) throw new Error('No Redis answers at REDIS_URL.')
  return startRedis()
}

/** Starts a server of its own, with these lines of configuration. */
export async function startRedis(
  lines: readonly string[] = [],
  kind: 'server' | 'sentinel' = 'server',
): Promise<RedisServer> {
  const [port = 0] = await freePorts(1)
  const folder = mkdtempSync(join(tmpdir(), 'postern-redis-'))
  const file = join(folder, 'redis.conf')
  const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`]
  writeFileSync(file, [...common, ...(kind === 'server' ? ['save ""'] : []), ...lines].join('\n'))
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const abandon = (): void => void child?.kill('SIGKILL')
  process.once('exit', abandon)

  const server: RedisServer = {
    port,
    url,
    async start() {
      child = spawn(PROGRAM, [file, ...(kind === 'sentinel' ? ['--sentinel'] : [])], { stdio: 'ignore' })
      const failed = once(child, 'error').then(([error]) => {
        throw new Error(`${PROGRAM} cannot be started, and no Redis answers. Install it, or set REDIS_URL.`, {
          cause: error,
        })
      })
      await Promise.race([answering(url), failed])
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async stop() {
      await server.kill()
      process.off('exit', abandon)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await server.start()
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Deletes what a test has written, under every prefix that begins like this. */
export async function deleteKeys(url: string, prefix: string): Promise<void> {
  const client = await createClient({ url }).connect()
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
    if (keys.length > 0) await client.unlink(keys)
  }
  await client.close()
}

async function answering(url: string): Promise<void> {
  const until = performance.now() + PATIENCE
  while (!(await answers(url))) {
    if (performance.now() > until) throw new Error(`${PROGRAM} was started, and does not answer.`)
    await wait(20)
  }
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1_000 } })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.ping()
    return true
  } catch (error) {
    // One that wants a password does answer.
    return error instanceof Error && /^(?:NOAUTH|WRONGPASS)/.test(error.message)
  } finally {
    client.destroy()
  }
}
