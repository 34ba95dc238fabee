import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer, Delivery, HttpAnswer } from './answer.ts'

/** Puts `answer` on the wire. Resolves when there is nothing more to send, which for `hang` is at once. */
export async function deliver(answer: Answer, response: ServerResponse): Promise<void> {
  if (answer === 'hang') return
  if (answer === 'reset') return reset(response)
  if ('raw' in answer) return deliverRaw(answer.raw, answer, response)
  return deliverHttp(answer, response)
}

async function deliverHttp(answer: HttpAnswer, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (answer.pace === undefined && (answer.after ?? 'end') === 'end') {
    response.end(answer.body)
    return
  }
  // Without this, a client would see no headers until the first piece of the body.
  response.flushHeaders()
  await writeInPieces(answer.body ?? '', answer, (piece) => response.write(piece), response)
  finish(answer, response, () => response.end())
}

async function deliverRaw(raw: string | Uint8Array, delivery: Delivery, response: ServerResponse): Promise<void> {
  const { socket } = response
  if (socket === null) return
  await writeInPieces(raw, delivery, (piece) => socket.write(piece), response)
  finish(delivery, response, () => socket.end())
}

async function writeInPieces(
  content: string | Uint8Array,
  { pace }: Delivery,
  write: (piece: Uint8Array) => unknown,
  response: ServerResponse,
): Promise<void> {
  const octets = typeof content === 'string' ? Buffer.from(content) : content
  const size = pace?.octets ?? Math.max(octets.length, 1)
  for (let at = 0; at < octets.length && isOpen(response); at += size) {
    if (pace !== undefined && at > 0) await delay(pace.every)
    if (isOpen(response)) write(octets.subarray(at, at + size))
  }
}

function finish({ after = 'end' }: Delivery, response: ServerResponse, end: () => void): void {
  if (after === 'hang' || !isOpen(response)) return
  if (after === 'end') {
    end()
    return
  }
  // A reset discards what the kernel has not sent yet: let the last piece leave first.
  setTimeout(() => reset(response), 20)
}

function isOpen({ socket }: ServerResponse): boolean {
  return socket !== null && !socket.destroyed
}

function reset({ socket }: ServerResponse): void {
  socket?.resetAndDestroy()
}
