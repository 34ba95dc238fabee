import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'

/** A Redis that tests may write to, under a prefix of their own. */
export interface Redis {
  readonly url: string
  /** Deletes what was written under a prefix, and ends the server if it was started for this. */
  finish(prefix: string): Promise<void>
}

/** A Redis that a test may stop, because the test started it. What it holds survives that. */
export interface RedisServer extends Redis {
  stop(): Promise<void>
  start(): Promise<void>
}

// Valkey's is `valkey-server`.
const PROGRAM = process.env['REDIS_SERVER'] ?? 'redis-server'
const DEFAULT_URL = 'redis://127.0.0.1:6379'
const PATIENCE = 10_000

/** The Redis at `REDIS_URL`, or on its usual port, or else one that is started. Rejects when there is none. */
export async function anyRedis(): Promise<Redis> {
  const url = process.env['REDIS_URL'] ?? DEFAULT_URL
  if (await answers(url)) return { url, finish: (prefix) => deleteKeys(url, prefix) }
  if (process.env['REDIS_URL'] !== undefined) throw new Error('No Redis answers at REDIS_URL.')
  return startRedis()
}

/** Starts a server on a free port, which writes everything down. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'postern-redis-'))
  const options = [
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--dir',
    folder,
  ]
  let child: ChildProcess | undefined
  const abandon = (): void => void child?.kill('SIGKILL')
  process.once('exit', abandon)

  const server: RedisServer = {
    url,
    async start() {
      child = spawn(PROGRAM, ['--port', String(port), ...options], { stdio: 'ignore' })
      const failed = once(child, 'error').then(([cause]) => {
        throw new Error(`${PROGRAM} cannot be started, and no Redis answers. Install it, or set REDIS_URL.`, {
          cause,
        })
      })
      await Promise.race([answering(url), failed])
    },
    async stop() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
    async finish() {
      await server.stop()
      process.off('exit', abandon)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

async function deleteKeys(url: string, prefix: string): Promise<void> {
  const client = await createClient({ url }).connect()
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
    if (keys.length > 0) await client.unlink(keys)
  }
  await client.close()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on a port has an address object.
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
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
