import { describe, expect, it } from 'vitest'
import { oauth2Provider, oidcProvider } from '../../test/provider-definition.ts'
import { repair } from './repair.ts'

const oauth2 = oauth2Provider('https://provider.example')
const oidc = oidcProvider('https://provider.example')

describe('a token response of a provider without OpenID Connect', () => {
  it('may leave members empty', () => {
    const response = { access_token: 'a', refresh_token: '', expires_in: null, scope: null }
    expect(repair(response, oauth2)).toEqual({ access_token: 'a' })
  })

  it('may say that no scope was granted', () => {
    expect(repair({ access_token: 'a', scope: '' }, oauth2)).toEqual({ access_token: 'a', scope: '' })
  })

  it('may give scopes as a list only where its definition says so', () => {
    const response = { access_token: 'a', scope: ['user:read', 'chat:read'] }
    expect(repair(response, oauth2)).toEqual(response)
    const joined = oauth2Provider('https://provider.example', {
      repair: ({ scope, ...rest }) => ({ ...rest, scope: [scope].flat().join(' ') }),
    })
    expect(repair(response, joined)).toEqual({ access_token: 'a', scope: 'user:read chat:read' })
  })

  it('loses an ID token that nobody asked for and nobody would verify', () => {
    expect(repair({ access_token: 'a', id_token: 'x.y.z' }, oauth2)).toEqual({ access_token: 'a' })
  })
})

describe('a token response of an OpenID Provider', () => {
  it('may have null members, and is otherwise left as it is', () => {
    const response = { access_token: 'a', refresh_token: null, scope: ['a'], id_token: 'x.y.z', expires_in: '' }
    expect(repair(response, oidc)).toEqual({ access_token: 'a', scope: ['a'], id_token: 'x.y.z', expires_in: '' })
  })
})

describe('the repair of a provider definition', () => {
  it('runs first', () => {
    const provider = oauth2Provider('https://provider.example', {
      repair: ({ token, ...rest }) => ({ ...rest, access_token: token, scope: null }),
    })
    expect(repair({ token: 'a' }, provider)).toEqual({ access_token: 'a' })
  })

  it('that throws fails the response, and what it threw is not repeated', () => {
    const provider = oauth2Provider('https://provider.example', {
      repair: ({ access_token }) => {
        throw new Error(`cannot mend ${access_token}`)
      },
    })
    expect(() => repair({ access_token: 'canary' }, provider)).toThrow(/^(?!.*canary).*The repair of this provider/)
  })
})
