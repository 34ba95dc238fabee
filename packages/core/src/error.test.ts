import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode, GatewayError } from './error.ts'

const CODES = Object.keys(ERRORS) as readonly ErrorCode[]
const DOCUMENT = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const ACTS = { user: 'The person acts.', operator: 'The operator acts.', transient: 'Time acts.' } as const

/** Entries of `docs/errors.md` by heading. */
const ENTRIES = new Map(
  DOCUMENT.split(/^(?=##? )/m)
    .filter((part) => part.startsWith('## '))
    .map((part) => [part.slice(3, part.indexOf('\n')), part]),
)

describe('docs/errors.md', () => {
  it('has an entry for every code, in the order of the table, and for nothing else', () => {
    expect([...ENTRIES.keys()]).toEqual(CODES)
  })

  it.each(CODES)('says of %s the status and who acts, what happened, what to do and what the log shows', (code) => {
    const { status, class: errorClass } = ERRORS[code]
    const entry = ENTRIES.get(code) ?? ''
    expect(entry).toContain(`\n\nStatus ${status}. ${ACTS[errorClass]}\n`)
    expect(entry).toMatch(/^- \*\*What happened:\*\* .{20,}\.$/m)
    expect(entry).toMatch(/^- \*\*What to do:\*\* .{20,}\.$/m)
    expect(entry).toMatch(
      /^- \*\*In the log:\*\* (?:No event|`(?:request_refused|sign_in_failed|access_denied|failed)`).*\.$/m,
    )
  })
})

describe('the table', () => {
  it.each(CODES)('tells a person about %s in whole sentences, without placeholders', (code) => {
    const { title, message } = ERRORS[code]
    expect(message).toMatch(/^[A-Za-z].*\.$/)
    expect(title).toMatch(/^[A-Z][^.]*$/)
    expect(title + message).not.toMatch(/[${}%<>[\]]|undefined|TODO/)
  })

  it('answers with a client or a server error, never with success', () => {
    for (const { status } of Object.values(ERRORS)) expect(status).toBeGreaterThanOrEqual(400)
  })
})

describe('GatewayError', () => {
  it('has what Fastify reads: statusCode, code and message', () => {
    expect(new GatewayError('sign_in_denied')).toMatchObject({
      statusCode: 403,
      code: 'sign_in_denied',
      message: 'Access was declined at the provider. Nothing has changed.',
    })
  })

  it('has what Koa reads: status, headers, and an expose that hides what is not for the client', () => {
    const refused = new GatewayError('client_refused', { headers: { 'x-reason': 'test' } })
    expect(refused).toMatchObject({ status: 502, expose: false, headers: { 'x-reason': 'test' } })
    expect(new GatewayError('access_denied').expose).toBe(true)
  })

  it('is never stored by a cache, tells nobody its address, and says when to try again', () => {
    const { headers } = new GatewayError('provider_unavailable', { retryAfter: 30 })
    expect(headers).toEqual({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'retry-after': '30' })
  })

  it('has headers a server takes as they are', async () => {
    const { status, headers } = new GatewayError('gateway_closed', { retryAfter: 1 })
    const server = createServer((_, response) => response.writeHead(status, headers).end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo // listening on TCP, so neither a pipe nor null
    const response = await fetch(`http://127.0.0.1:${port}/`)
    server.close()
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
  })

  it('adds advice for the operator to the message', () => {
    const { message } = new GatewayError('client_refused', { advice: 'Check the client id.' })
    expect(message).toBe(`${ERRORS.client_refused.message} Check the client id.`)
  })

  it('is an Error by name, and keeps its cause', () => {
    const cause = new TypeError('fetch failed')
    const error = new GatewayError('provider_unreachable', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(`${error}`).toBe(`GatewayError: ${ERRORS.provider_unreachable.message}`)
    expect(error.cause).toBe(cause)
  })

  it('shows in util.inspect, at any depth and with hidden members, only what its constructor was given', () => {
    const error = new GatewayError('client_refused', {
      provider: 'anilist',
      oauthError: 'invalid_client',
      providerStatus: 401,
    })
    const shown = inspect(error, { depth: Infinity, showHidden: true })
    const own = { ...error }
    expect(Object.keys(own).sort()).toEqual(
      [
        ...['name', 'code', 'status', 'statusCode', 'class', 'title', 'expose', 'headers'],
        ...['provider', 'oauthError', 'providerStatus', 'advice', 'retryAfter'],
      ].sort(),
    )
    expect(shown).not.toMatch(/token|secret|verifier|cookie/i)
    expect(JSON.stringify(error)).not.toMatch(/token|secret|verifier|cookie/i)
  })
})
