import { createClient } from 'redis'
import type { RedisClient } from './client.ts'

/** What a store sends its commands through. */
export interface Connection {
  readonly client: RedisClient
  /** Takes the place of `client` while that is not ready: keeps commands for a while, and sends none that is late. */
  readonly waiting: RedisClient
  close(): Promise<void>
}

// Commands that wait for an answer or for a connection; beyond, more of them would only use memory.
const MAX_COMMANDS = 10_000
const FIRST_DELAY = 50
const MAX_DELAY = 2_000

/**
 * Connects, and goes on trying for as long as it takes.
 *
 * @param timeout milliseconds
 */
export function openConnection(url: string, timeout: number): Connection {
  const client = createClient({
    url,
    commandsQueueMaxLength: MAX_COMMANDS,
    // The store has one timer for each operation: another for each command would cost as much as the command.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    // A server that vanished without a word is noticed when it answers no ping. TCP alone takes a quarter of an hour.
    pingInterval: timeout,
    socket: { connectTimeout: timeout, socketTimeout: 2.5 * timeout, reconnectStrategy: reconnectDelay },
  })
  // It rejects when the store is closed before the first connection; until then it goes on trying.
  client.connect().catch(() => undefined)

  return {
    client,
    waiting: client.withCommandOptions({ timeout }),
    async close() {
      if (!client.isOpen) return
      // Without a connection there is no answer to wait for.
      if (!client.isReady) return client.destroy()
      const impatience = setTimeout(() => client.destroy(), timeout)
      await client.close()
      clearTimeout(impatience)
    },
  }
}

/** A client that somebody else connects and closes. */
export function borrowConnection(client: RedisClient): Connection {
  return {
    client,
    waiting: client,
    async close() {
      // Its owner closes it.
    },
  }
}

/**
 * Milliseconds until the next attempt to connect: at most twice as many after each, never more than two seconds, and
 * anywhere in between, so that the processes of an application do not all come back at the same moment.
 */
export function reconnectDelay(attempts: number): number {
  return Math.ceil(Math.random() * Math.min(MAX_DELAY, FIRST_DELAY * 2 ** attempts))
}
