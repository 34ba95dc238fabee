import { describe, expect, it } from 'vitest'
import { authorizationRequest } from '../../test/code-grant.ts'
import { oauth2Provider, oidcProvider } from '../../test/provider-definition.ts'
import type { Provider } from '../provider/provider.ts'
import { createAuthorizationUrl } from './authorization-url.ts'

const provider = oauth2Provider('https://provider.example')

function parametersOf(
  given: Provider,
  request = authorizationRequest,
  endpoint = 'https://provider.example/authorize',
) {
  return new URL(createAuthorizationUrl(given, endpoint)(request)).searchParams
}

describe('an authorization request', () => {
  it('asks for a code, with PKCE', () => {
    expect(createAuthorizationUrl(provider, 'https://provider.example/authorize')(authorizationRequest)).toMatch(
      /^https:\/\/provider\.example\/authorize\?/,
    )
    expect(Object.fromEntries(parametersOf(provider))).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: authorizationRequest.redirectUri,
      state: 'state-1',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
    })
  })

  it('has no scope parameter when there is no scope, and the provider separator between several', () => {
    expect(parametersOf(provider).has('scope')).toBe(false)
    const commas = oauth2Provider('https://provider.example', { scope: ['a', 'b'], scopeSeparator: ',' })
    expect(parametersOf(commas).get('scope')).toBe('a,b')
    expect(parametersOf(oidcProvider('https://provider.example')).get('scope')).toBe('openid profile')
  })

  it('names the response mode only when it is form_post', () => {
    expect(parametersOf(provider).has('response_mode')).toBe(false)
    const posting = oauth2Provider('https://provider.example', { responseMode: 'form_post' })
    expect(parametersOf(posting).get('response_mode')).toBe('form_post')
  })

  it('has the nonce and the login parameters of the request', () => {
    const parameters = parametersOf(provider, {
      ...authorizationRequest,
      nonce: 'nonce-1',
      parameters: { prompt: 'login', login_hint: 'ada&redirect_uri=https://evil.example' },
    })
    expect(parameters.get('nonce')).toBe('nonce-1')
    expect(parameters.get('prompt')).toBe('login')
    expect(parameters.getAll('redirect_uri')).toEqual([authorizationRequest.redirectUri])
  })

  it('names plain when the challenge is the verifier', () => {
    const plain = oauth2Provider('https://provider.example', { codeChallengeMethod: 'plain' })
    expect(parametersOf(plain).get('code_challenge_method')).toBe('plain')
  })
})

describe('no parameter is sent twice', () => {
  it('when the endpoint has a query, which is kept', () => {
    const endpoint = 'https://provider.example/authorize?tenant=1&response_type=token&state=fixed&nonce=fixed'
    const parameters = parametersOf(provider, authorizationRequest, endpoint)
    expect(parameters.get('tenant')).toBe('1')
    expect(parameters.getAll('response_type')).toEqual(['code'])
    expect(parameters.getAll('state')).toEqual(['state-1'])
    expect(parameters.has('nonce')).toBe(false)
    expect([...parameters.keys()]).toHaveLength(new Set(parameters.keys()).size)
  })

  it('when the query of the endpoint spells its names in another way', () => {
    const sly =
      'response%5Ftype=token&redirect%5Furi=https%3A%2F%2Fevil.example&%73tate=fixed&client%5fid=evil&promp%74=none'
    const request = { ...authorizationRequest, parameters: { prompt: 'login' } }
    const parameters = parametersOf(provider, request, `https://provider.example/authorize?${sly}`)
    expect(parameters.getAll('response_type')).toEqual(['code'])
    expect(parameters.getAll('redirect_uri')).toEqual([authorizationRequest.redirectUri])
    expect(parameters.getAll('state')).toEqual(['state-1'])
    expect(parameters.getAll('client_id')).toEqual(['client-1'])
    expect(parameters.getAll('prompt')).toEqual(['none'])
  })

  it('when the query of the endpoint is broken, which is kept as it is', () => {
    const broken = '%=1&%E0%A4%A=2&=3&?state=4&a%20b'
    const url = createAuthorizationUrl(provider, `https://provider.example/authorize?${broken}`)(authorizationRequest)
    expect(url).toMatch(`https://provider.example/authorize?${broken}&response_type=code&`)
  })

  it('when the definition has fixed what the request asks for', () => {
    const fixed = oauth2Provider('https://provider.example', { authorizationParameters: { prompt: 'consent' } })
    const request = { ...authorizationRequest, parameters: { prompt: 'none' } }
    expect(parametersOf(fixed, request).getAll('prompt')).toEqual(['consent'])
  })

  it('when a definition or a request tries to set what only the flow sets', () => {
    const sly = oauth2Provider('https://provider.example', {
      authorizationParameters: { client_id: 'evil', response_type: 'token', code_challenge_method: 'plain' },
    })
    const parameters = parametersOf(sly, { ...authorizationRequest, parameters: { state: 'evil', request_uri: 'x' } })
    expect(parameters.getAll('client_id')).toEqual(['client-1'])
    expect(parameters.getAll('response_type')).toEqual(['code'])
    expect(parameters.getAll('code_challenge_method')).toEqual(['S256'])
    expect(parameters.getAll('state')).toEqual(['state-1'])
    expect(parameters.has('request_uri')).toBe(false)
  })
})
