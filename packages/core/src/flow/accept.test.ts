import { describe, expect, it } from 'vitest'
import { failureIn } from '../../test/failure.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { START } from '../../test/session.ts'
import type { ErrorCode } from '../error.ts'
import type { ProviderMetadata } from '../protocol/protocol.ts'
import { accept } from './accept.ts'
import type { AuthorizationResponse } from './authorization-response.ts'
import type { Authorized, Requested } from './phase.ts'

const ISSUER = 'https://as.example'
const PROVIDER = oauth2Provider(ISSUER)

const requested: Requested = {
  phase: 'requested',
  transaction: {
    provider: 'example',
    issuer: ISSUER,
    state: 'state',
    nonce: undefined,
    codeVerifier: 'verifier',
    returnTo: undefined,
    maxAge: undefined,
    acr: undefined,
    loop: 'loop',
    startedAt: START,
  },
}

const withoutIssuer: Requested = { ...requested, transaction: { ...requested.transaction, issuer: undefined } }

function answer(response: Partial<AuthorizationResponse>, metadata: Partial<ProviderMetadata> = {}): Authorized {
  return accept(
    metadata.issuer === undefined && 'issuer' in metadata ? withoutIssuer : requested,
    { state: 'state', code: undefined, error: undefined, iss: undefined, ...response },
    { issuer: ISSUER, authorizationEndpoint: `${ISSUER}/authorize`, issuerInResponse: false, ...metadata },
    PROVIDER,
  )
}

describe('an answer from another issuer', () => {
  it.each([
    'https://evil.example',
    'https://AS.example',
    'HTTPS://as.example',
    'https://as.example/',
    'https://as.example:443',
    'https://as.example#',
    'https://as.example?',
    'https://as%2eexample',
    'https://as.example/tenant',
    'http://as.example',
    ' https://as.example',
    'https://as.example ',
    'undefined',
  ])('is refused, whether the provider announced iss or not: %j', (iss) => {
    for (const issuerInResponse of [true, false]) {
      expect(failureIn(() => answer({ code: 'c', iss }, { issuerInResponse })).code).toBe('issuer_mismatch')
    }
  })

  it('is refused before what it says is believed, an error included', () => {
    const failure = failureIn(() => answer({ error: 'access_denied', iss: 'https://evil.example' }))
    expect(failure.code).toBe('issuer_mismatch')
    expect(failure.message).not.toContain('evil')
  })

  it('is refused when the provider always names itself and this answer does not', () => {
    expect(failureIn(() => answer({ code: 'c' }, { issuerInResponse: true })).code).toBe('issuer_mismatch')
    expect(failureIn(() => answer({ error: 'access_denied' }, { issuerInResponse: true })).code).toBe('issuer_mismatch')
  })

  it('is refused when the provider has changed its issuer since the sign-in started', () => {
    const iss = 'https://other.example'
    expect(failureIn(() => answer({ code: 'c', iss }, { issuer: iss })).code).toBe('issuer_mismatch')
  })

  it('cannot be told from a provider that has no issuer, so there it is ignored', () => {
    expect(answer({ code: 'c', iss: 'https://evil.example' }, { issuer: undefined }).code).toBe('c')
  })
})

describe('an error answer', () => {
  it.each<[string, ErrorCode]>([
    ['access_denied', 'sign_in_denied'],
    ['login_required', 'provider_interaction_required'],
    ['interaction_required', 'provider_interaction_required'],
    ['consent_required', 'provider_interaction_required'],
    ['account_selection_required', 'provider_interaction_required'],
    ['temporarily_unavailable', 'provider_unavailable'],
    ['server_error', 'provider_unavailable'],
    ['invalid_scope', 'authorization_refused'],
    ['unauthorized_client', 'authorization_refused'],
    ['toString', 'authorization_refused'],
    ['__proto__', 'authorization_refused'],
    ['', 'authorization_refused'],
  ])('%s is %s, and its code is not spent', (error, code) => {
    expect(failureIn(() => answer({ error })).code).toBe(code)
    expect(failureIn(() => answer({ error, code: 'c' })).code).toBe(code)
  })

  it('is named for the operator only where it is a name', () => {
    expect(failureIn(() => answer({ error: 'invalid_scope' })).oauthError).toBe('invalid_scope')
    for (const error of ['', 'a b', 'x'.repeat(65), 'a"b', 'a\\b', '<script>alert(1)</script>']) {
      expect(failureIn(() => answer({ error })).oauthError).toBeUndefined()
    }
  })

  it('is what it is also when the advice of the definition throws', () => {
    const advise = (): never => {
      throw new Error('canary')
    }
    const failure = failureIn(() =>
      accept(
        requested,
        { state: 'state', code: undefined, error: 'access_denied', iss: undefined },
        { issuer: ISSUER, authorizationEndpoint: '', issuerInResponse: false },
        { ...PROVIDER, advise },
      ),
    )
    expect([failure.code, failure.advice]).toEqual(['sign_in_denied', undefined])
  })

  it('takes the advice of the provider’s preset, which sees nothing but the name', () => {
    const seen: unknown[] = []
    const advise = (failure: unknown): string => {
      seen.push(failure)
      return 'Look at the redirect URI.'
    }
    const failure = failureIn(() =>
      accept(
        requested,
        { state: 'state', code: 'c', error: 'invalid_request', iss: undefined },
        { issuer: ISSUER, authorizationEndpoint: '', issuerInResponse: false },
        { ...PROVIDER, advise },
      ),
    )
    expect(failure.advice).toBe('Look at the redirect URI.')
    expect(seen).toEqual([{ step: 'authorization', status: undefined, oauthError: 'invalid_request' }])
  })
})

describe('an answer that is believed', () => {
  it('carries a code, and the transaction it belongs to', () => {
    expect(answer({ code: 'c', iss: ISSUER }, { issuerInResponse: true })).toEqual({
      phase: 'authorized',
      transaction: requested.transaction,
      code: 'c',
    })
    expect(answer({ code: 'c' }).code).toBe('c')
  })

  it('is not one without a code', () => {
    expect(failureIn(() => answer({ iss: ISSUER })).code).toBe('code_missing')
  })
})
