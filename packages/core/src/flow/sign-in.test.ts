import { describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { START } from '../../test/session.ts'
import type { SignInCandidate, SignInVerdict } from '../options.ts'
import type { TokenResponse } from '../protocol/protocol.ts'
import type { Session } from '../session/session.ts'
import type { Granted } from './phase.ts'
import { signIn } from './sign-in.ts'

const PROVIDER = oauth2Provider('https://as.example')

function granted(tokens: Partial<TokenResponse> = {}, facts: Partial<Granted> = {}): Granted {
  return {
    phase: 'granted',
    transaction: {
      provider: 'example',
      issuer: undefined,
      state: 's',
      nonce: undefined,
      codeVerifier: 'v',
      returnTo: undefined,
      maxAge: undefined,
      acr: undefined,
      loop: 'l',
      startedAt: START,
    },
    tokens: {
      accessToken: 'canary-access',
      expiresIn: 3_600,
      refreshToken: 'canary-refresh',
      idToken: undefined,
      scope: ['read'],
      claims: {},
      ...tokens,
    },
    user: { id: '42', name: 'Frieren' },
    profileKnown: true,
    ...facts,
  }
}

function begin(
  from: Granted,
  onSignIn: (candidate: SignInCandidate) => SignInVerdict | Promise<SignInVerdict> = () => 'allow',
  provider: typeof PROVIDER = PROVIDER,
): Promise<Session> {
  return signIn(from, provider, { sessionId: 'new-id', device: 'a browser', onSignIn, now: () => START })
}

describe('who signed in', () => {
  it('is the user of the definition, and the sub of the ID token where that is another name', async () => {
    const names = async (sub: unknown) => {
      const session = await begin(granted({ claims: { sub } }))
      return [session.subject, session.sub]
    }
    expect(await names('sub-of-42')).toEqual(['42', 'sub-of-42'])
    expect(await names('42')).toEqual(['42', undefined])
    expect(await names(undefined)).toEqual(['42', undefined])
  })
})

describe('the application’s own question', () => {
  it.each([
    ['says no', () => 'refuse'],
    ['says no in time', async () => 'refuse'],
    ['says nothing', () => undefined],
    ['says yes in its own words', () => 'yes'],
    ['says true', () => true],
    ['answers with an object', () => ({ allow: true })],
  ])('ends the sign-in when it %s', async (_, answer) => {
    // An application written in JavaScript can answer anything.
    const failure = await failureOf(begin(granted(), answer as () => SignInVerdict))
    expect(failure.code).toBe('sign_in_refused')
  })

  it('ends the sign-in when it throws, at once or in time, and what it threw goes nowhere', async () => {
    const thrown = new Error('canary: the database said no')
    for (const answer of [
      () => {
        throw thrown
      },
      () => Promise.reject(thrown),
    ]) {
      const failure = await failureOf(begin(granted(), answer))
      expect(failure.code).toBe('sign_in_hook_failed')
      expect(failure.cause).toBeUndefined()
      expect(failure.message).not.toContain('canary')
    }
  })

  it('is asked about who signed in and what was granted, and is shown no token', async () => {
    const asked: SignInCandidate[] = []
    await begin(granted(), (candidate) => {
      asked.push(candidate)
      return 'allow'
    })
    expect(asked).toEqual([
      { provider: 'example', subject: '42', user: { id: '42', name: 'Frieren' }, scope: ['read'] },
    ])
  })
})

describe('a new session', () => {
  it('has an id of its own, and the subject the provider vouched for', async () => {
    expect(await begin(granted())).toMatchObject({
      id: 'new-id',
      provider: 'example',
      subject: '42',
      signedInAt: START,
      touchedAt: START,
    })
  })

  it.each([
    ['is not known', undefined, undefined],
    ['is nothing', 0, undefined],
    ['is less than nothing', -1, undefined],
    ['is an hour', 3_600, START + 3_600_000],
    ['is a million years', 1e12, START + 1e15],
  ])('keeps a token whose lifetime %s', async (_, expiresIn, expiresAt) => {
    const { grants } = await begin(granted({ expiresIn }))
    expect(grants['example']?.expiresAt).toBe(expiresAt)
  })

  it('keeps a refresh token only where it can be used: a grant without one ends with its access token', async () => {
    const capabilities = { ...PROVIDER.capabilities, refresh: false }
    const one = await begin(granted(), undefined, { ...PROVIDER, capabilities })
    expect(one.grants['example']?.refreshToken).toBeUndefined()
    expect((await begin(granted())).grants['example']?.refreshToken).toBe('canary-refresh')
  })

  it('keeps what the ID token says of the sign-in, where it says it in the right type', async () => {
    const claims = { auth_time: START / 1_000 - 60, acr: 'gold', sid: 'sid-1' }
    expect(await begin(granted({ claims }))).toMatchObject({
      authenticatedAt: START - 60_000,
      acr: 'gold',
      sid: 'sid-1',
    })
    const wrong = { auth_time: '1', acr: ['gold'], sid: 1 }
    const session = await begin(granted({ claims: wrong }), undefined, { ...PROVIDER, loginParameters: ['max_age'] })
    expect([session.authenticatedAt, session.acr, session.sid]).toEqual([undefined, undefined, undefined])
  })

  it('is as recent as the sign-in where the provider cannot be asked, and unknown where it was not asked', async () => {
    expect((await begin(granted())).authenticatedAt).toBe(START)
    const asking = { ...PROVIDER, loginParameters: ['max_age'] } as const
    expect((await begin(granted(), undefined, asking)).authenticatedAt).toBeUndefined()
  })

  it('is not more recent than now, whatever the provider says', async () => {
    for (const auth_time of [START / 1_000 + 60, START, 1e300]) {
      expect((await begin(granted({ claims: { auth_time } }))).authenticatedAt).toBe(START)
    }
  })

  it('remembers that the profile was missed', async () => {
    expect((await begin(granted({}, { profileKnown: false }))).profileMissedAt).toBe(START)
    expect((await begin(granted())).profileMissedAt).toBeUndefined()
  })
})
