import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode, GatewayError } from '../error.ts'
import { problemBody } from './problem.ts'

describe('problemBody', () => {
  it('names the error, says what the table says, and carries the reference', () => {
    expect(problemBody(new GatewayError('sign_in_required'), 'k3RZ9', { login_url: '/auth/login' })).toEqual({
      type: 'urn:postern:error:sign_in_required',
      title: 'Sign-in required',
      status: 401,
      detail: 'Sign in to see this.',
      code: 'sign_in_required',
      reference: 'k3RZ9',
      login_url: '/auth/login',
    })
  })

  it('keeps advice for the operator out of a 5xx', () => {
    const error = new GatewayError('client_refused', {
      advice: 'Check the redirect URI at https://anilist.co/settings.',
    })
    expect(problemBody(error, 'r').detail).toBe(ERRORS.client_refused.message)
  })

  it('shows advice with a 4xx, which the person reading it can act on', () => {
    const error = new GatewayError('code_refused', { advice: 'Try another account.' })
    expect(problemBody(error, 'r').detail).toBe(`${ERRORS.code_refused.message} Try another account.`)
  })

  it('tells nothing of a cause, and nothing the provider said', () => {
    const error = new GatewayError('client_refused', {
      cause: new Error('client_secret=hunter2'),
      oauthError: 'invalid_client',
      providerStatus: 401,
      provider: 'anilist',
    })
    expect(Object.keys(problemBody(error, 'r'))).toEqual(['type', 'title', 'status', 'detail', 'code', 'reference'])
  })

  it('lets no extra member replace one of its own', () => {
    expect(problemBody(new GatewayError('access_denied'), 'r', { status: 200, code: 'x' })).toMatchObject({
      status: 403,
      code: 'access_denied',
    })
  })

  it.each(Object.keys(ERRORS) as ErrorCode[])('has a status, a title and a sentence for %s', (code) => {
    expect(problemBody(new GatewayError(code), 'r')).toMatchObject({ code, status: ERRORS[code].status })
  })
})
