import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { type Forward, GatewayError } from '@postern/core'
import type { Dispatcher, Pool } from 'undici'
import { sendReply } from '../response.ts'
import { createDeadline } from './deadline.ts'
import { asGatewayError } from './failure.ts'
import { createResponseStream, type ResponseStream } from './response-stream.ts'
import { hasBody, upload } from './upload.ts'

/** Carries out one forwarded request. Resolves when the response is over, well or not. */
export function exchange(
  pool: Pool,
  decision: Forward,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const { totalTimeout } = decision.limits
    const withBody = hasBody(message)
    let current = attempt(pool, decision, message, response, withBody ? 'with-body' : 'replayable', (again) => {
      current = attempt(pool, again, message, response, 'replay')
    })
    const total =
      totalTimeout === 0
        ? undefined
        : setTimeout(() => current.stop(new GatewayError('upstream_timeout')), totalTimeout)
    response.once('close', () => {
      clearTimeout(total)
      current.stop()
      resolve()
    })
  })
}

/** One request to the target. */
interface Attempt {
  /** Ends it, if it is not over yet; without an error, because there is nobody to answer any more. */
  stop(error?: GatewayError): void
}

function attempt(
  pool: Pool,
  decision: Forward,
  message: IncomingMessage,
  response: ServerResponse,
  kind: 'with-body' | 'replayable' | 'replay',
  replay?: (again: Forward) => void,
): Attempt {
  const { limits, upstream } = decision
  const deadline = createDeadline((meaning) => stop(new GatewayError(meaning)))
  let controller: Dispatcher.DispatchController | undefined
  let stream: ResponseStream | undefined
  let isOver = false
  let isHeld = false
  let hasStarted = false
  let hasEnded = false

  const finish = (): void => {
    isOver = true
    deadline.end()
  }
  const stop = (error?: GatewayError): void => {
    if (isOver) return
    finish()
    controller?.abort(new Error('the exchange is over'))
    if (error === undefined) return
    const reply = decision.failed(error)
    if (hasStarted || response.destroyed) response.destroy()
    else sendReply(response, reply)
  }
  const start = (status: number, rawHeaders: readonly string[]): void => {
    hasStarted = true
    deadline.wait(limits.idleTimeout, 'upstream_timeout')
    stream?.start(decision.head(status, rawHeaders))
  }
  /** Keeps a refusal back until it is known whether another token would help. */
  const reconsider = async (status: number, rawHeaders: readonly string[]): Promise<void> => {
    isHeld = true
    controller?.pause()
    deadline.pause()
    const again = await decision.retry()
    if (isOver) return
    isHeld = false
    if (again === undefined) {
      start(status, rawHeaders)
      if (hasEnded) finish()
      else if (!response.writableNeedDrain) controller?.resume()
      return
    }
    finish()
    controller?.abort(new Error('the exchange is over'))
    if (again.type === 'forward') replay?.(again)
    else sendReply(response, again)
  }

  pool.dispatch(
    {
      path: upstream.path,
      method: decision.method,
      // undici only reads the list; its types name mutable ones.
      headers: decision.headers as string[],
      // undici takes whatever can be iterated; its types name streams only.
      body: kind === 'with-body' ? (upload(message, limits, deadline) as object as Readable) : null,
      // Times are ours to keep: one clock for both directions, and for a browser that stops reading.
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    {
      onRequestStart(started) {
        controller = started
        if (isOver) started.abort(new Error('the exchange is over'))
      },
      onRequestSent() {
        if (stream === undefined) deadline.wait(limits.headersTimeout, 'upstream_timeout')
      },
      onResponseStart(started, status, headers) {
        // Interim answers are between the target and us.
        if (status < 200 || isOver) return
        stream = createResponseStream(response, started, deadline.extend)
        const rawHeaders = flat(headers)
        if (status === 401 && kind === 'replayable') reconsider(status, rawHeaders).catch(fail)
        else start(status, rawHeaders)
      },
      onResponseData(_, chunk) {
        if (isOver) return
        deadline.extend()
        stream?.write(chunk)
      },
      onResponseEnd(_, trailers) {
        if (isOver) return
        hasEnded = true
        stream?.end(decision.trailers(flat(trailers)))
        if (!isHeld) finish()
      },
      onResponseError: (_, error) => fail(error),
    },
  )
  // The wait for a free connection counts, or a target that hangs would keep everybody waiting.
  if (controller === undefined) deadline.wait(limits.connectTimeout + limits.headersTimeout, 'upstream_timeout')
  return { stop }

  function fail(error: unknown): void {
    stop(asGatewayError(error))
  }
}

/** Names and values alternating, as the core has them. What undici has read already is not read again. */
function flat(headers: IncomingHttpHeaders): readonly string[] {
  const lines: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (typeof value === 'string') lines.push(name, value)
    else for (const one of value ?? []) lines.push(name, one)
  }
  return lines
}
