import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode, GatewayError } from '../error.ts'
import { type ProblemFacts, problemWriter } from './problem.ts'

function written(error: GatewayError, facts: ProblemFacts = { reference: 'r' }): Record<string, unknown> {
  return JSON.parse(problemWriter(error)(facts))
}

describe('problem details', () => {
  it('names the error, says what the table says, and carries the reference', () => {
    expect(written(new GatewayError('sign_in_required'), { reference: 'k3RZ9', loginUrl: '/auth/login' })).toEqual({
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
    expect(written(error).detail).toBe(ERRORS.client_refused.message)
  })

  it('shows advice with a 4xx, which the person reading it can act on', () => {
    const error = new GatewayError('code_refused', { advice: 'Try another account.' })
    expect(written(error).detail).toBe(`${ERRORS.code_refused.message} Try another account.`)
  })

  it('tells nothing of a cause, and nothing the provider said', () => {
    const error = new GatewayError('client_refused', {
      cause: new Error('client_secret=hunter2'),
      oauthError: 'invalid_client',
      providerStatus: 401,
      provider: 'anilist',
    })
    expect(Object.keys(written(error))).toEqual(['type', 'title', 'status', 'detail', 'code', 'reference'])
  })

  it('are the same for the next answer but for what differs', () => {
    const write = problemWriter(new GatewayError('access_denied'))
    const [first, second] = ['a', '"b'].map((reference) => JSON.parse(write({ reference })))
    expect(second).toEqual({ ...first, reference: '"b' })
  })

  it.each(Object.keys(ERRORS) as ErrorCode[])('has a status, a title and a sentence for %s', (code) => {
    expect(written(new GatewayError(code))).toMatchObject({ code, status: ERRORS[code].status })
  })
})
