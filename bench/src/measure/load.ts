import { connect, type Socket } from 'node:net'

/** What the load generator sends, over and over, on every connection. */
export interface Load {
  readonly port: number
  /** Whole requests, bytes and all. One is sent over and over; several are sent once each. */
  readonly requests: readonly string[]
  readonly connections: number
  /** How many to send where there is only one. */
  readonly count: number
}

export interface LoadResult {
  readonly seconds: number
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>
}

const END_OF_HEAD = '\r\n\r\n'

/**
 * Sends so many requests over keep-alive connections, one at a time on each. It reads no more of an answer than it
 * must to know where it ends, so that the load costs little beside what it measures.
 */
export async function generate({ port, requests, connections, count }: Load): Promise<LoadResult> {
  const statuses: Record<string, number> = {}
  const buffers = requests.map((request) => Buffer.from(request))
  const total = buffers.length === 1 ? count : buffers.length
  let sent = 0
  const take = (): Buffer | undefined => {
    sent += 1
    return sent > total ? undefined : buffers[(sent - 1) % buffers.length]
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: connections }, () => runConnection(port, take, statuses)))
  return { seconds: (performance.now() - start) / 1000, statuses }
}

function runConnection(port: number, take: () => Buffer | undefined, statuses: Record<string, number>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let pending = ''
    const next = (): void => {
      const request = take()
      if (request === undefined) socket.end(resolve)
      else socket.write(request)
    }
    socket.on('connect', next)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      const end = endOfAnswer(pending)
      if (end === undefined) return
      const status = pending.slice(9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      pending = pending.slice(end)
      next()
    })
  })
}

function endOfAnswer(text: string): number | undefined {
  const head = text.indexOf(END_OF_HEAD)
  if (head === -1) return undefined
  const body = head + END_OF_HEAD.length
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1]
  if (length !== undefined) return text.length >= body + Number(length) ? body + Number(length) : undefined
  if (!/\r\ntransfer-encoding: chunked/i.test(text.slice(0, head))) return body
  const last = text.indexOf('0\r\n\r\n', body)
  return last === -1 ? undefined : last + '0\r\n\r\n'.length
}
