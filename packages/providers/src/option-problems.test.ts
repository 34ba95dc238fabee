import { GatewayError, type Provider } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { anilist } from './anilist/index.ts'
import { discord } from './discord.ts'
import { entraId } from './entra-id.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { google } from './google.ts'
import { myanimelist } from './myanimelist.ts'
import { oauth2 } from './oauth2.ts'
import { oidc } from './oidc.ts'

const CREDENTIALS = { clientId: 'a-client', clientSecret: 'a-client-secret' }
const TENANT = { ...CREDENTIALS, tenant: '0f3b1e6c-1111-2222-3333-444455556666' }
const OIDC = { ...CREDENTIALS, id: 'op', issuer: 'https://op.example' }
const OAUTH2 = {
  ...CREDENTIALS,
  id: 'as',
  endpoints: { authorization: 'https://as.example/a', token: 'https://as.example/t', userinfo: 'https://as.example/u' },
  user: () => ({ id: '1' }),
}

/** What JavaScript can call a preset with. */
type Preset = (options: never) => Provider

function problemsOf(preset: Preset, options: object): string {
  try {
    preset(options as never)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'config_invalid') return error.message
    throw error
  }
  return ''
}

describe('an option that would do something else without a word', () => {
  it.each<[string, Preset, object]>([
    ['github', github, CREDENTIALS],
    ['google', google, CREDENTIALS],
    ['discord', discord, CREDENTIALS],
    ['gitlab', gitlab, CREDENTIALS],
    ['entraId', entraId, TENANT],
    ['myanimelist', myanimelist, CREDENTIALS],
    ['oidc', oidc, OIDC],
    ['oauth2', oauth2, OAUTH2],
  ])('is refused by %s: scopes that are no list, whose letters would be asked for', (_, preset, options) => {
    for (const scope of ['email', 'read write', 7, true, { email: true }, null]) {
      expect(problemsOf(preset, { ...options, scope })).toContain('scope must be a list of scopes')
    }
    expect(problemsOf(preset, { ...options, scope: ['openid', 'email'] })).toBe('')
  })

  it.each<[string, Preset, object]>([
    ['tokens must be one of', github, { tokens: 'expires' }],
    ['access must be one of', google, { access: 'Offline' }],
    ['authorizationParameters must be an object', google, { authorizationParameters: 'hd=example.com' }],
    ['authorizationParameters must be an object', google, { authorizationParameters: ['hd'] }],
    ['issuer must be an absolute URL', gitlab, { baseUrl: null }],
    ['issuer must be an absolute URL', entraId, { ...TENANT, authority: 5 }],
    ['endpoints.authorization must be an absolute URL', github, { baseUrl: {} }],
  ])('is refused: %s', (problem, preset, options) => {
    expect(problemsOf(preset, { ...CREDENTIALS, ...options })).toContain(problem)
  })
})

describe('an option with which nobody could sign in', () => {
  it.each(['', '*', '@example.com', 'https://example.com', 'Example.com', 'example', ' example.com'])(
    'is refused: the hosted domain %j',
    (hostedDomain) => {
      expect(problemsOf(google, { ...CREDENTIALS, hostedDomain })).toContain('hostedDomain must be one domain')
    },
  )

  it.each<[string, Preset]>([
    ['userAgent', github],
    ['userAgent', discord],
    ['userAgent', anilist],
    ['referer', anilist],
  ])('is refused: %s that no header can hold (%#)', (name, preset) => {
    for (const value of ['', 'My App\r\nX-Admin: 1', 'Möwe', ' My App', null, 7]) {
      expect(problemsOf(preset, { ...CREDENTIALS, [name]: value })).toContain(`${name} must be text`)
    }
    expect(problemsOf(preset, { ...CREDENTIALS, [name]: 'My App/1.0 (+https://app.example)' })).toBe('')
  })

  it.each<[string, Preset, object]>([
    ['oidc', oidc, OIDC],
    ['oauth2', oauth2, OAUTH2],
  ])('is refused by %s: a user that is no function', (_, preset, options) => {
    for (const user of [null, 'sub', {}]) {
      expect(problemsOf(preset, { ...options, user })).toContain('user must be a function')
    }
  })
})

it('all problems of one kind are named at once, with the provider', () => {
  const problems = problemsOf(anilist, { ...CREDENTIALS, id: 'other', userAgent: '', referer: '' })
  expect(problems).toMatch(/Provider other:\n {2}- userAgent must.*\n {2}- referer must/)
})
