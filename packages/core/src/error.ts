import { ERRORS, type ErrorClass, type ErrorCode } from './error-table.ts'

// Who handles failures finds everything about them here.
export { ERRORS, type ErrorClass, type ErrorCode }

/** What is known about a failure beyond its code. Every field is safe to log. */
export interface ErrorDetail {
  /** Id of the provider concerned. */
  readonly provider?: string | undefined
  /** `error` of RFC 6749 section 5.2, when it is made of lower-case words, as registered names are. */
  readonly oauthError?: string | undefined
  /** HTTP status the provider answered with. */
  readonly providerStatus?: number | undefined
  /** A sentence for the operator, written by us or by the preset: never text a provider sent. */
  readonly advice?: string | undefined
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number | undefined
  /** Response headers the failure needs, lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What a framework's error handler may keep. Never a protocol library's error: those carry tokens. */
  readonly cause?: Error | undefined
}

// Every breaker and back-off of the gateway lets a probe through after at most this long.
const DEFAULT_RETRY_AFTER = 5

/**
 * The one error class. It reads right in both frameworks: Fastify takes `statusCode` and `code`,
 * Koa takes `status`, `expose` and `headers`.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly status: number
  readonly statusCode: number
  readonly class: ErrorClass
  readonly title: string
  /** True when the message may be shown to the client. All our messages may; frameworks hide those of 5xx. */
  readonly expose: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly provider: string | undefined
  readonly oauthError: string | undefined
  readonly providerStatus: number | undefined
  readonly advice: string | undefined
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    const { status, class: errorClass, title, message, headers } = ERRORS[code]
    super(
      detail.advice === undefined ? message : `${message} ${detail.advice}`,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    )
    this.code = code
    this.status = status
    this.statusCode = status
    this.class = errorClass
    this.title = title
    this.expose = status < 500
    this.provider = detail.provider
    this.oauthError = detail.oauthError
    this.providerStatus = detail.providerStatus
    this.advice = detail.advice
    this.retryAfter = detail.retryAfter ?? (status === 503 ? DEFAULT_RETRY_AFTER : undefined)
    this.headers = {
      'cache-control': 'no-store',
      // The address may hold a code, and whoever handles the error answers at it.
      'referrer-policy': 'no-referrer',
      ...headers,
      ...(this.retryAfter === undefined ? {} : { 'retry-after': String(this.retryAfter) }),
      ...detail.headers,
    }
  }
}

/**
 * A refusal that is an answer and no fault. It carries no stack trace, which would cost more than the answer: a
 * stranger can ask for as many as they like.
 */
export function refusal(code: ErrorCode, detail?: ErrorDetail): GatewayError {
  return withoutStackTrace(() => new GatewayError(code, detail))
}

/** Runs something whose exceptions nobody looks into. */
export function withoutStackTrace<Result>(run: () => Result): Result {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
