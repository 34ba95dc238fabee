import { createClient } from 'redis'
import type { RedisClient } from './client.ts'

/** What a store sends its commands through. */
export interface Connection {
  readonly client: RedisClient
  /** For a client that is not ready: resolves when commands may be sent, or be left to the client to keep. */
  arrival(): Promise<void>
  /** For a connection that has gone silent: gives it up, and makes another. */
  renew(): void
  close(): Promise<void>
}

// Commands that wait for an answer; beyond, more of them would only use memory.
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
    // The client would send what it has kept together with the password, before it knows whether that is accepted.
    disableOfflineQueue: true,
    // The store has one timer for each operation: another for each command would cost as much as the command.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    // Nothing else gives up a server that takes connections and says nothing on them. Pings keep the good ones busy.
    socket: { connectTimeout: timeout, socketTimeout: 2.5 * timeout, reconnectStrategy: reconnectDelay },
    pingInterval: timeout,
  })
  let arrival = Promise.withResolvers<void>()
  let isClosed = false
  client
    // For as long as it lives, closed or not: without a listener, an error would end the process.
    .on('error', () => undefined)
    .on('ready', () => {
      arrival.resolve()
      arrival = Promise.withResolvers()
    })
    // It finishes a connection that it was opening when it was told to stop, and would keep the process alive.
    .on('connect', () => {
      if (isClosed) client.destroy()
    })
  const connect = (): void => {
    // It goes on trying, and rejects only when it is told to stop.
    client.connect().catch(() => undefined)
  }
  connect()

  return {
    client,
    arrival: () => arrival.promise,
    renew() {
      client.destroy()
      connect()
    },
    async close() {
      isClosed = true
      // At once, also in an outage: whoever closes a store has waited for what it was doing.
      if (client.isOpen) client.destroy()
    },
  }
}

/** A client that somebody else connects and closes. Whether it keeps commands is for its own settings to say. */
export function borrowConnection(client: RedisClient): Connection {
  return {
    client,
    async arrival() {
      // It is the client that waits, or refuses.
    },
    renew() {
      // Its owner has settings for that.
    },
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
