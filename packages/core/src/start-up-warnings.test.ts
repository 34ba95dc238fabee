import { describe, expect, it } from 'vitest'
import { oauth2Provider, oidcProvider } from '../test/provider-definition.ts'
import { startUpWarnings } from './start-up-warnings.ts'
import { memoryStore } from './store/memory.ts'

const ROTATING = oidcProvider('https://a.example')
const STEADY = oauth2Provider('https://b.example', {
  id: 'steady',
  capabilities: { ...ROTATING.capabilities, rotation: false },
})
const OPTIONS = { origin: 'https://app.example', secrets: [], providers: [ROTATING, STEADY] }

describe('a provider that rotates refresh tokens', () => {
  it('is warned of, by name and with what to do, where sessions are sealed and nothing is said of processes', () => {
    const warnings = startUpWarnings(OPTIONS)
    expect(warnings).toMatchObject([{ warning: 'rotation_without_store', provider: ROTATING.id }])
    expect(warnings[0]?.advice).toMatch(/processes: 1.*store: redisStore/)
  })

  it.each([
    ['there is a store', { store: memoryStore() }],
    ['there is one process', { processes: 1 }],
    ['no provider does', { providers: [STEADY] }],
  ])('is no reason to warn when %s', (_, options) => {
    expect(startUpWarnings({ ...OPTIONS, ...options })).toEqual([])
  })
})

describe('a redirect URI at another origin', () => {
  const warningsFor = (redirectUri: string | undefined) =>
    startUpWarnings({
      origin: 'http://localhost:3000',
      secrets: [],
      providers: [{ ...STEADY, redirectUri }],
    })

  it.each(['http://127.0.0.1:3000', 'http://localhost:4000', 'https://www.app.example'])(
    'is warned of, where it is the callback itself: %s',
    (origin) => {
      const [warning, ...more] = warningsFor(`${origin}/auth/callback/steady`)
      expect(more).toEqual([])
      expect(warning).toMatchObject({ warning: 'redirect_uri_elsewhere', provider: 'steady' })
      expect(warning?.advice).toContain(`at ${origin}, and origin is http://localhost:3000`)
      expect(warning?.advice).toContain('http://localhost:3000/auth/callback/steady')
    },
  )

  it('is no reason to warn where it is this origin, or where somebody leads another path to the callback', () => {
    for (const redirectUri of [
      undefined,
      'http://localhost:3000/auth/callback/steady',
      'http://localhost:3000/old/callback',
      'https://login.app.example/come-back',
    ]) {
      expect(warningsFor(redirectUri)).toEqual([])
    }
  })
})
