import { describe, expect, it } from 'vitest'
import { headerOf, jsonOf } from '../../test/reply.ts'
import { FETCH, NAVIGATION, request } from '../../test/request.ts'
import { ERRORS, type ErrorCode, GatewayError } from '../error.ts'
import type { Reply } from './decision.ts'
import { failureReply, prepareRefusal } from './failure.ts'

const CONTEXT = { pages: {}, home: '/', reference: 'k3RZ9-_aQ0xB' }
const CODES = Object.keys(ERRORS) as ErrorCode[]
const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "javascript:alert('1')",
  '{{7*7}}<%= 7*7 %>',
  '\0\u202e\r\nSet-Cookie: x=1',
  '+ADw-script+AD4-',
]

/** What of a reply reaches the browser. */
function shown({ failure: _, ...reply }: Reply): Omit<Reply, 'failure'> {
  return reply
}

describe('a failure, whatever the request said', () => {
  it.each(PAYLOADS)('says nothing of it back: %j', (payload) => {
    const target = `/auth/callback/a?error=${payload}&error_description=${payload}&state=${payload}&error_uri=${payload}`
    const headers = { 'user-agent': payload, referer: payload, host: payload, 'x-forwarded-host': payload }
    const quiet = failureReply(new GatewayError('state_missing'), request({ headers: NAVIGATION }), CONTEXT)
    const loud = failureReply(
      new GatewayError('state_missing'),
      request({ target, headers: { ...headers, ...NAVIGATION } }),
      CONTEXT,
    )
    expect(shown(loud)).toEqual(shown(quiet))
  })

  it.each(PAYLOADS)('escapes what the application and its presets say: %j', (payload) => {
    const error = new GatewayError('sign_in_denied', { advice: payload })
    const action = { label: payload, href: `/auth/login/a?return_to=${payload}` }
    const { body = '' } = failureReply(error, request({ headers: NAVIGATION }), { ...CONTEXT, action })
    expect(body).not.toMatch(/<script|<img|href="javascript|\0|\u202e/i)
  })
})

describe.each(CODES)('%s', (code) => {
  const error = new GatewayError(code)

  it('is a page for a person', () => {
    const reply = failureReply(error, request({ headers: NAVIGATION }), CONTEXT)
    expect(reply.status).toBe(ERRORS[code].status)
    expect(headerOf(reply, 'content-type')).toBe('text/html; charset=utf-8')
    expect(headerOf(reply, 'content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/)
    expect(headerOf(reply, 'x-frame-options')).toBe('DENY')
    expect(reply.body).toContain(CONTEXT.reference)
    expectPrivate(reply)
  })

  it('is problem details for a program', () => {
    const reply = failureReply(error, request({ headers: FETCH }), CONTEXT)
    expect(reply.status).toBe(ERRORS[code].status)
    expect(headerOf(reply, 'content-type')).toBe('application/problem+json')
    expect(headerOf(reply, 'content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(jsonOf(reply)).toEqual({
      type: `urn:postern:error:${code}`,
      title: ERRORS[code].title,
      status: ERRORS[code].status,
      detail: ERRORS[code].message,
      code,
      reference: CONTEXT.reference,
    })
    expectPrivate(reply)
  })

  it('says when to try again, exactly where trying again makes sense', () => {
    const reply = failureReply(error, request({ headers: FETCH }), CONTEXT)
    expect(headerOf(reply, 'retry-after') !== undefined).toBe(error.status === 503)
  })

  it('carries the error for a framework whose user handles failures', () => {
    expect(failureReply(error, request(), CONTEXT).failure?.()).toBe(error)
  })
})

describe('a refusal that was prepared', () => {
  const refuse = prepareRefusal('method_not_allowed', { allow: 'GET' })

  it.each([FETCH, NAVIGATION])('answers as the failure that it is', (headers) => {
    const error = new GatewayError('method_not_allowed', { headers: { allow: 'GET' } })
    const reply = refuse(request({ headers }), CONTEXT)
    expect(shown(reply)).toEqual(shown(failureReply(error, request({ headers }), CONTEXT)))
    expect(reply.failure?.()).toEqual(error)
  })

  it('hands out another error each time, for what one handler adds is not for the next', () => {
    const { failure } = refuse(request({ headers: FETCH }), CONTEXT)
    expect(failure?.()).not.toBe(failure?.())
    expect(failure?.().stack).not.toContain('\n')
  })
})

describe('advice', () => {
  const advice = 'Check the client secret of the preset.'

  it('for the operator is not shown to anyone but the operator', () => {
    for (const code of CODES.filter((one) => ERRORS[one].class !== 'user')) {
      const error = new GatewayError(code, { advice })
      for (const headers of [NAVIGATION, FETCH]) {
        const { body } = failureReply(error, request({ headers }), CONTEXT)
        expect(body).not.toContain('client secret')
      }
      expect(error.message).toContain(advice)
    }
  })

  it('for the person is shown to them', () => {
    const error = new GatewayError('sign_in_denied', { advice: 'Press the green button.' })
    for (const headers of [NAVIGATION, FETCH]) {
      expect(failureReply(error, request({ headers }), CONTEXT).body).toContain('Press the green button.')
    }
  })
})

describe('a failure of HEAD', () => {
  it('has the status and headers of GET', () => {
    const error = new GatewayError('route_not_found')
    const get = failureReply(error, request({ headers: NAVIGATION }), CONTEXT)
    expect(shown(failureReply(error, request({ method: 'HEAD', headers: NAVIGATION }), CONTEXT))).toEqual(shown(get))
  })
})

describe('headers of an error', () => {
  it('reach both kinds of answer once', () => {
    const error = new GatewayError('method_not_allowed', { headers: { allow: 'GET' } })
    for (const headers of [NAVIGATION, FETCH]) {
      expect(headerOf(failureReply(error, request({ headers }), CONTEXT), 'allow')).toBe('GET')
    }
  })
})

describe('a page of the application that fails', () => {
  it('is replaced by ours, so that a failure is never a failure to say so', () => {
    const pages = {
      error: () => {
        throw new Error('template missing')
      },
    }
    const reply = failureReply(new GatewayError('state_missing'), request({ headers: NAVIGATION }), {
      ...CONTEXT,
      pages,
    })
    expect(reply.status).toBe(400)
    expect(reply.body).toContain(ERRORS.state_missing.message)
    expect(reply.body).not.toContain('template missing')
  })
})

function expectPrivate(reply: ReturnType<typeof failureReply>): void {
  expect(headerOf(reply, 'cache-control')).toBe('no-store')
  expect(headerOf(reply, 'referrer-policy')).toBe('no-referrer')
  expect(headerOf(reply, 'x-content-type-options')).toBe('nosniff')
  const names = reply.headers.map(([name]) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const [name, value] of reply.headers) expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]+$/)
}
