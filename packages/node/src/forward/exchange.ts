import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Forward, GatewayError } from '@postern/core'
import type { Dispatcher, Pool } from 'undici'
import { sendReply } from '../response.ts'
import { asGatewayError } from './failure.ts'
import { createResponseStream, type ResponseStream } from './response-stream.ts'
import { watchUpload } from './upload.ts'

/** Carries out one forwarded request. Resolves when the response is over, well or not. */
export function exchange(
  pool: Pool,
  decision: Forward,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    if (response.destroyed) resolve()
    else send(pool, decision, message, response, hasBody(message) ? 'with-body' : 'replayable')
  })
}

type Attempt = 'with-body' | 'replayable' | 'replay'

function send(
  pool: Pool,
  decision: Forward,
  message: IncomingMessage,
  response: ServerResponse,
  attempt: Attempt,
): void {
  const { limits, upstream } = decision
  const fail = (error: unknown): void => answerFailure(decision, response, asGatewayError(error))
  let stream: ResponseStream | undefined
  let controller: Dispatcher.DispatchController | undefined
  let isOver = false

  const stop = (error: Error): void => {
    if (controller === undefined) fail(error)
    else controller.abort(error)
  }
  const onClientGone = (): void => {
    if (!response.writableFinished) stop(new GatewayError('upstream_unreachable'))
  }
  const finish = (): void => {
    isOver = true
    clearTimeout(queued)
    clearTimeout(total)
    response.off('close', onClientGone)
  }
  const timeOut = (): void => stop(new GatewayError('upstream_timeout'))
  // The wait for a free connection counts, or a target that hangs would keep everybody waiting.
  const queued = setTimeout(timeOut, limits.connectTimeout + limits.headersTimeout)
  const total = limits.totalTimeout === 0 ? undefined : setTimeout(timeOut, limits.totalTimeout)
  response.once('close', onClientGone)

  const respond = (status: number, rawHeaders: readonly string[], to: Dispatcher.DispatchController): void => {
    const { status: code, headers, cookies } = decision.head(status, rawHeaders)
    stream = createResponseStream(response, to)
    stream.start(code, headers, cookies)
  }

  const replayOrRespond = async (rawHeaders: readonly string[], to: Dispatcher.DispatchController): Promise<void> => {
    const again = await decision.retry()
    if (isOver) return
    if (again === undefined) {
      respond(401, rawHeaders, to)
      to.resume()
      return
    }
    finish()
    to.abort(new GatewayError('upstream_unreachable'))
    send(pool, again, message, response, 'replay')
  }

  try {
    pool.dispatch(
      {
        path: upstream.path,
        method: decision.method,
        // undici takes a flat list of names and values; its types name only mutable ones.
        headers: [...decision.headers],
        body: attempt === 'with-body' ? message : null,
        headersTimeout: limits.headersTimeout,
        bodyTimeout: limits.idleTimeout,
      },
      {
        onRequestStart(started) {
          controller = started
          clearTimeout(queued)
          if (response.destroyed) started.abort(new GatewayError('upstream_unreachable'))
          else if (attempt === 'with-body') watchUpload(message, limits, (error) => started.abort(error))
        },
        onResponseStart(started, status) {
          // Interim answers are between the target and us.
          if (status < 200 || isOver) return
          const rawHeaders = asStrings(started.rawHeaders)
          if (status !== 401 || attempt !== 'replayable') {
            respond(status, rawHeaders, started)
            return
          }
          started.pause()
          replayOrRespond(rawHeaders, started).catch(fail)
        },
        onResponseData(_, chunk) {
          stream?.write(chunk)
        },
        onResponseEnd(ended) {
          if (isOver) return
          finish()
          stream?.end(decision.trailers(asStrings(ended.rawTrailers)))
        },
        onResponseError(_, error) {
          if (isOver) return
          finish()
          fail(error)
        },
      },
    )
  } catch (error) {
    finish()
    fail(error)
  }
}

/** A reply as long as nothing was sent; afterwards the transfer breaks off, so that nobody takes it for whole. */
function answerFailure(decision: Forward, response: ServerResponse, error: GatewayError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  // What is left of the body is not read: the connection cannot be used again.
  response.setHeader('connection', 'close')
  sendReply(response, decision.failed(error))
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function asStrings(lines: Dispatcher.DispatchController['rawHeaders']): readonly string[] {
  if (!Array.isArray(lines)) return []
  return lines.map((line) => (typeof line === 'string' ? line : line.toString('latin1')))
}
