import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { type Forward, GatewayError, isFramedPlainly } from '@postern/core'
import type { Dispatcher, Pool } from 'undici'
import { sendReply } from '../response.ts'
import { createDeadline } from './deadline.ts'
import { asGatewayError } from './failure.ts'
import { linesOf } from './header-lines.ts'
import { breakOff, createResponseStream, type ResponseStream } from './response-stream.ts'
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
  const abandon = (): void => {
    finish()
    controller?.abort(new Error('nobody waits for this any more'))
  }
  const stop = (error?: GatewayError): void => {
    if (isOver) return
    abandon()
    if (error === undefined) return
    const reply = decision.failed(error)
    if (hasStarted || response.destroyed) breakOff(response)
    else sendReply(response, reply)
  }
  const start = (status: number, rawHeaders: readonly string[]): void => {
    const head = decision.head(status, rawHeaders)
    hasStarted = true
    deadline.wait(limits.idleTimeout, 'upstream_timeout')
    stream?.start(head)
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
    abandon()
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
        if (isOver) abandon()
      },
      onRequestSent() {
        if (stream === undefined) deadline.wait(limits.headersTimeout, 'upstream_timeout')
      },
      onResponseStart(started, status, headers) {
        // Interim answers are between the target and us.
        if (status < 200 || isOver) return
        // RFC 9110 section 15: there is no such status, and HTTP/2 could not say it. Of codings, undici undoes chunks and
        // nothing else: without a word about it, it would be another body.
        if (status > 599 || !isFramedPlainly(headers)) return stop(new GatewayError('upstream_response_invalid'))
        stream = createResponseStream(response, started, deadline.extend)
        const rawHeaders = linesOf(headers)
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
        stream?.end(decision.trailers(linesOf(trailers)))
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
