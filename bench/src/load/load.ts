import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createAnswerReader } from './answer-reader.ts'

/** What the load generator sends to one server. */
export interface Target {
  readonly port: number
  /** Whole requests, bytes and all. One is sent over and over; several are sent once each. */
  readonly requests: readonly string[]
  readonly connections: number
}

export interface BurstResult {
  readonly seconds: number
  /** How often each kind of answer came. */
  readonly kinds: Readonly<Record<string, number>>
}

/** Connections that are kept open between bursts: opening them costs the server more than a request. */
export interface Load {
  /** Sends so many requests, one at a time on each connection; fewer when the time is over. */
  burst(limit: { readonly count: number; readonly seconds: number }): Promise<BurstResult>
  /** From now on it sends these. */
  replace(requests: readonly string[]): void
  close(): void
}

export async function openLoad({ port, requests, connections }: Target): Promise<Load> {
  let buffers = requests.map((request) => Buffer.from(request))
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  let sent = 0

  return {
    async burst({ count, seconds }) {
      const kinds: Record<string, number> = {}
      const start = performance.now()
      let left = buffers.length === 1 ? count : Math.min(count, buffers.length - sent)
      const take = (): Buffer | undefined => {
        if (left === 0 || performance.now() - start > seconds * 1000) return undefined
        left -= 1
        sent += 1
        return buffers[(sent - 1) % buffers.length]
      }
      const rest = stayAwake()
      await Promise.all(sockets.map((socket) => send(socket, take, kinds))).finally(rest)
      return { seconds: (performance.now() - start) / 1000, kinds }
    },
    replace(others) {
      buffers = others.map((request) => Buffer.from(request))
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * Keeps this process from sleeping until it may. Whoever writes to a process that sleeps pays for waking it, on a virtual
 * machine as much as for a third of a bare request: a server that is slower than the load would pay that each time, one that
 * is faster never.
 */
function stayAwake(): () => void {
  let isAwake = true
  const turn = (): void => {
    if (isAwake) setImmediate(turn)
  }
  turn()
  return () => {
    isAwake = false
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

function send(socket: Socket, take: () => Buffer | undefined, kinds: Record<string, number>): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = createAnswerReader()
    const settle = (outcome: () => void): void => {
      socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close')
      outcome()
    }
    const next = (): void => {
      const request = take()
      if (request === undefined) settle(resolve)
      else socket.write(request)
    }
    socket.on('error', (error) => settle(() => reject(error)))
    socket.on('close', () => settle(() => reject(new Error('The server closed a connection'))))
    socket.on('data', (chunk) => {
      const kind = reader.read(chunk)
      if (kind === undefined) return
      kinds[kind] = (kinds[kind] ?? 0) + 1
      next()
    })
    next()
  })
}
