import { describe, expect, it } from 'vitest'
import { grant, START, session } from '../../test/session.ts'
import { ANONYMOUS, type Auth } from '../session/auth.ts'
import type { Session } from '../session/session.ts'
import { obstacle } from './evaluate.ts'
import type { Requirement } from './requirement.ts'

const SECOND = 1_000

function authOf({ provider, subject, user, signedInAt, grants }: Session): Auth {
  return {
    authenticated: true,
    provider,
    subject,
    user,
    scope: grants[provider]?.scope ?? [],
    signedInAt: new Date(signedInAt),
    expiresAt: new Date(signedInAt),
    signInAgainAt: new Date(signedInAt),
    accessToken: async () => 'token',
    fetch: async () => new Response(),
  }
}

function judge(requirement: Requirement, facts: Partial<Session> = {}, now = START): string | undefined {
  const one = session(facts)
  return obstacle(authOf(one), one, requirement, now)
}

describe('nobody', () => {
  it.each<[string, Requirement]>([
    ['nothing more', {}],
    ['a scope', { scope: ['read'] }],
    ['a question that says yes', { where: () => true }],
    ['no age at all', { maxAge: Number.POSITIVE_INFINITY }],
    ['an empty list of scopes and classes', { scope: [], acr: [] }],
  ])('passes where the route asks for %s', (_, requirement) => {
    expect(obstacle(ANONYMOUS, undefined, requirement, START)).toBe('sign_in_required')
  })

  it('passes with half an identity', () => {
    expect(obstacle(ANONYMOUS, session(), {}, START)).toBe('sign_in_required')
    expect(obstacle(authOf(session()), undefined, {}, START)).toBe('sign_in_required')
  })
})

describe('a requirement', () => {
  it('of a provider lets only its users pass', () => {
    expect(judge({ provider: 'a' })).toBeUndefined()
    expect(judge({ provider: 'b' })).toBe('sign_in_required')
    expect(judge({ provider: 'A' })).toBe('sign_in_required')
    expect(judge({ provider: '' })).toBe('sign_in_required')
    // A linked grant is not an identity.
    expect(judge({ provider: 'b' }, { grants: { a: grant(), b: grant() } })).toBe('sign_in_required')
  })

  it('of where to sign in restricts nothing', () => {
    expect(judge({ signInWith: 'b' })).toBeUndefined()
  })

  it('of scopes asks for every one of them, whole, from the provider that signed the user in', () => {
    const grants = { a: grant({ scope: ['read', 'write:posts'] }), b: grant({ scope: ['admin'] }) }
    expect(judge({ scope: ['read'] }, { grants })).toBeUndefined()
    expect(judge({ scope: ['read', 'write:posts'] }, { grants })).toBeUndefined()
    for (const scope of [['write'], ['READ'], ['read', 'admin'], ['read write:posts'], [''], ['posts']]) {
      expect(judge({ scope }, { grants })).toBe('scope_insufficient')
    }
  })

  it('of a scope is not met by a provider that grants none', () => {
    expect(judge({ scope: ['read'] }, { grants: { a: grant({ scope: [] }) } })).toBe('scope_insufficient')
    expect(judge({ scope: ['read'] }, { grants: {} })).toBe('scope_insufficient')
  })

  it('of an age counts from when the provider authenticated the user, to the millisecond', () => {
    const facts = { authenticatedAt: START - 60 * SECOND, signedInAt: START }
    expect(judge({ maxAge: 60 }, facts)).toBeUndefined()
    expect(judge({ maxAge: 60 }, facts, START + 1)).toBe('reauthentication_required')
  })

  it('of an age is not met by signing in here just now: the provider may have asked nobody anything', () => {
    expect(judge({ maxAge: 60 }, { signedInAt: START, authenticatedAt: undefined })).toBe('reauthentication_required')
  })

  it('of an age that is no number lets nobody pass', () => {
    expect(judge({ maxAge: Number.NaN })).toBe('reauthentication_required')
  })

  it('of classes asks for one of them, by its whole name', () => {
    expect(judge({ acr: ['gold', 'silver'] }, { acr: 'silver' })).toBeUndefined()
    for (const acr of [undefined, '', 'bronze', 'SILVER', 'gold silver']) {
      expect(judge({ acr: ['gold', 'silver'] }, { acr })).toBe('reauthentication_required')
    }
    expect(judge({ acr: [] }, { acr: 'gold' })).toBe('reauthentication_required')
  })

  it('of a fresh sign-in comes before one of scopes: signing in may bring the scope', () => {
    expect(judge({ maxAge: 0, scope: ['admin'] }, {}, START + 1)).toBe('reauthentication_required')
  })
})

describe('a question of the application', () => {
  const throwing = (): boolean => {
    throw new Error('the database is down')
  }

  it.each<[string, () => unknown]>([
    ['throws', throwing],
    ['says no', () => false],
    ['says nothing', () => undefined],
    ['says something', () => 'yes'],
    ['says one', () => 1],
    ['says an object', () => ({})],
    ['promises yes', async () => true],
    ['promises, and fails, which ends no process', async () => throwing()],
  ])('denies when it %s', (_, where) => {
    // An application written in JavaScript can answer anything.
    expect(judge({ where: where as () => boolean })).toBe('access_denied')
  })

  it('lets pass when it says yes, and is asked last, about the user', () => {
    const asked: unknown[] = []
    const where: Requirement['where'] = ({ subject, user }) => {
      asked.push([subject, user.name])
      return true
    }
    expect(judge({ scope: ['admin'], where })).toBe('scope_insufficient')
    expect(judge({ provider: 'b', where })).toBe('sign_in_required')
    expect(asked).toEqual([])
    expect(judge({ where })).toBeUndefined()
    expect(asked).toEqual([['42', 'Frieren']])
  })
})
