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
