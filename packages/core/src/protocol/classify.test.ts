import { describe, expect, it } from 'vitest'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { GatewayError } from '../error.ts'
import type { OAuth2Provider, ProviderFailure } from '../provider/provider.ts'
import type { Answer } from './answer.ts'
import { fromLibrary, refusal } from './classify.ts'
import type { Connection } from './transport.ts'

// What every 503 says that knows no better.
const DEFAULT = new GatewayError('provider_unavailable').retryAfter

const NOW = Date.parse('2026-01-01T00:00:00Z')

function connection(facts: Partial<OAuth2Provider> = {}): Connection {
  return {
    provider: oauth2Provider('https://provider.example', facts),
    call: () => Promise.reject(new Error('not called')),
    now: () => NOW,
  }
}

function answer(status: number, json: unknown, headers: Record<string, string> = {}): Answer {
  const form = json === undefined ? 'other' : 'json'
  return { status, json, headers: new Headers(headers), form, ambiguity: () => undefined }
}

const EMPTY_403 = { ...answer(403, undefined), form: 'empty' as const }

function codeOf(given: Answer, step: ProviderFailure['step'] = 'token') {
  return refusal(given, step, connection()).code
}

describe('an answer that refuses a code', () => {
  it.each([
    ['as RFC 6749 says', answer(400, { error: 'invalid_grant' })],
    ['as league/oauth2-server 8 says', answer(400, { error: 'invalid_request', hint: 'x', message: 'y' })],
    ['as glewlwyd says', answer(403, { error: 'invalid_code' })],
    ['as GitHub says, with status 200', answer(200, { error: 'bad_verification_code' })],
    ['with 401', answer(401, { error: 'invalid_grant' }, { 'www-authenticate': 'Bearer' })],
    ['with a message and no error', answer(400, { message: 'no' })],
    ['with nothing in the body', { ...answer(400, undefined), form: 'empty' as const }],
    ['with 404, by the name of RFC 6749', answer(404, { error: 'invalid_grant' })],
    ['with 410, by the name of RFC 6749', answer(410, { error: 'invalid_grant' })],
    ['with 422, as frameworks refuse what a form says', answer(422, { error: 'invalid_request' })],
    ['just before a rate limit', answer(400, { error: 'invalid_grant' }, { 'x-ratelimit-remaining': '0' })],
    ['with 403 and nothing in the body', EMPTY_403],
    ['in a challenge alone', answer(401, undefined, { 'www-authenticate': 'Bearer realm="x", error="invalid_grant"' })],
    [
      'in a challenge without quotes',
      answer(401, undefined, { 'www-authenticate': 'Bearer error=invalid_grant, x=y' }),
    ],
  ])('%s', (_how, given) => {
    expect(codeOf(given)).toBe('code_refused')
  })
})

describe('an answer that refuses this application', () => {
  it.each([
    answer(401, { error: 'invalid_client' }),
    answer(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="x"' }),
    answer(400, { error: 'unauthorized_client' }),
    answer(403, { error: 'unauthorized_client' }),
    answer(400, { error: 'invalid_scope' }),
    answer(200, { error: 'incorrect_client_credentials' }),
    answer(401, { error: 'deleted_client', error_description: 'The OAuth client was deleted.' }),
    answer(401, { error: 'disabled_client' }),
    answer(401, undefined),
    answer(401, undefined, { 'www-authenticate': 'Basic realm="x", error="invalid_client"' }),
    answer(401, undefined, { 'www-authenticate': 'Bearer error_description="error"' }),
    answer(401, { error: 'invalid_client', message: 'Client authentication failed' }),
    answer(404, { error: 'invalid_client' }),
    answer(403, { error: 'unauthorized_client' }, { 'x-ratelimit-remaining': '0' }),
  ])('$status $json.error', (given) => {
    expect(codeOf(given)).toBe('client_refused')
  })
})

describe('an answer that asks for patience', () => {
  it.each([500, 502, 503, 504, 429, 408])('%i is unavailable', (status) => {
    expect(codeOf(answer(status, undefined))).toBe('provider_unavailable')
  })

  it.each([
    ['403 with a time', answer(403, { message: 'Rate limited' }, { 'retry-after': '30' })],
    ['403 with a time and nothing in the body', { ...EMPTY_403, headers: new Headers({ 'retry-after': '30' }) }],
    ['403 with nothing left', answer(403, { error: 'abuse_detected' }, { 'x-ratelimit-remaining': '0' })],
    ['400 with a time', answer(400, { error: 'quota' }, { 'retry-after': '30' })],
    ['403 by name', answer(403, { error: 'rate_limit_exceeded' })],
    ['400 by name', answer(400, { error: 'too_many_requests' })],
  ])('%s is a rate limit', (_how, given) => {
    expect(codeOf(given)).toBe('provider_unavailable')
  })

  it('whatever a broken server says about the grant', () => {
    expect(codeOf(answer(500, { error: 'invalid_grant' }))).toBe('provider_unavailable')
  })

  it.each([
    ['120', 120],
    ['0', 1],
    ['999999', 3600],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 1],
    ['soon', DEFAULT],
    ['1e9', DEFAULT],
    ['-5', DEFAULT],
  ])('Retry-After: %s becomes %s seconds', (value, seconds) => {
    expect(refusal(answer(429, undefined, { 'retry-after': value }), 'token', connection()).retryAfter).toBe(seconds)
  })
})

describe('an answer that is no answer', () => {
  it('is a page of a firewall', () => {
    expect(codeOf({ ...answer(403, undefined), form: 'blocking_page' })).toBe('provider_blocked')
    expect(codeOf({ ...answer(503, undefined), form: 'blocking_page' })).toBe('provider_blocked')
  })

  it.each([
    ['JSON', answer(403, { message: 'challenge' }, { 'cf-mitigated': 'challenge' })],
    ['an error in JSON', answer(403, { error: 'access_denied' }, { 'cf-mitigated': 'challenge' })],
    ['a page that says nothing of it', answer(403, undefined, { 'cf-mitigated': 'challenge' })],
    ['nothing', { ...EMPTY_403, headers: new Headers({ 'cf-mitigated': 'challenge' }) }],
  ])('is a challenge of Cloudflare, with %s in its body', (_what, given) => {
    expect(codeOf(given)).toBe('provider_blocked')
  })

  it.each([
    ['AWS WAF', { message: 'Forbidden' }],
    ['AniList in an outage', { data: null, errors: [{ message: 'temporarily disabled', status: 403 }] }],
    ['nobody in particular', {}],
  ])('is the 403 of %s, which names no error', (_whose, body) => {
    expect(codeOf(answer(403, body))).toBe('provider_blocked')
    expect(codeOf(answer(403, body), 'authorization')).toBe('provider_blocked')
  })

  it.each([
    ['HTML', answer(200, undefined)],
    ['HTML with 400', answer(400, undefined)],
    ['201 with a good body', answer(201, { access_token: 'a', token_type: 'bearer' })],
    ['204', answer(204, undefined)],
    ['an array', answer(200, [])],
    ['404 of a framework', answer(404, { error: 'Not Found' })],
    ['404 of another', answer(404, { error: 'not_found' })],
    ['422 of a framework', answer(422, { message: 'no', errors: {} })],
    ['201 with an error', answer(201, { error: 'invalid_grant' })],
  ])('is not usable: %s', (_what, given) => {
    expect(codeOf(given)).toBe('provider_response_invalid')
  })
})

describe('the error a person reads', () => {
  it.each([
    ['a newline', 'invalid_grant\nfake log line'],
    ['a quote', 'invalid"grant'],
    ['markup', '<script>alert(1)</script>'],
    ['non-ASCII', 'invalid_gränt'],
    ['65 characters', 'a'.repeat(65)],
    ['nothing', ''],
    ['an object', {}],
    ['a number', 5],
  ])('does not repeat an error made of %s', (_what, error) => {
    expect(refusal(answer(400, { error }), 'token', connection()).oauthError).toBeUndefined()
  })

  it('is a refusal whether or not its name is one that is kept', () => {
    for (const error of ['Code has expired', '<b>no</b>']) {
      expect(refusal(answer(200, { error }), 'token', connection())).toMatchObject({
        code: 'code_refused',
        oauthError: undefined,
      })
    }
  })

  it('has the advice of the provider definition, which is told what happened', () => {
    const seen: ProviderFailure[] = []
    const advise = (failure: ProviderFailure) => {
      seen.push(failure)
      return 'Check the redirect URI.'
    }
    const failure = refusal(answer(401, { error: 'invalid_client' }), 'token', connection({ advise }))
    expect(seen).toEqual([{ step: 'token', status: 401, oauthError: 'invalid_client' }])
    expect(failure.advice).toBe('Check the redirect URI.')
    expect(failure).toMatchObject({ provider: 'example', oauthError: 'invalid_client', providerStatus: 401 })
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('canary')
      },
    ],
    ['gives something else', () => ({ canary: 1 })],
  ])('means the same when the advice of the definition %s', (_how, advise) => {
    // JavaScript advises what it likes.
    const facts = { advise } as Partial<OAuth2Provider>
    const failure = refusal(answer(400, { error: 'invalid_grant' }), 'token', connection(facts))
    expect([failure.code, failure.advice]).toEqual(['code_refused', undefined])
  })
})

describe('a push that is refused', () => {
  it('is a refused authorization request, or a refused client', () => {
    expect(codeOf(answer(400, { error: 'invalid_request' }), 'authorization')).toBe('authorization_refused')
    expect(codeOf(answer(401, { error: 'invalid_client' }), 'authorization')).toBe('client_refused')
  })
})

describe('what the library throws', () => {
  it('is ours when our transport threw it first', () => {
    const ours = new GatewayError('provider_timeout')
    expect(fromLibrary(new Error('something went wrong', { cause: ours }), connection())).toBe(ours)
  })

  it('keeps its code and nothing else', () => {
    const theirs = Object.assign(new Error('canary'), { code: 'OAUTH_INVALID_RESPONSE', body: 'canary' })
    const failure = fromLibrary(theirs, connection())
    expect(failure.code).toBe('provider_response_invalid')
    expect(failure.cause).toEqual(new Error('OAUTH_INVALID_RESPONSE'))
  })

  it('is a mistake of ours when it does not like an argument', () => {
    const theirs = Object.assign(new TypeError('canary'), { code: 'ERR_INVALID_ARG_VALUE' })
    expect(fromLibrary(theirs, connection()).code).toBe('internal_error')
  })
})
