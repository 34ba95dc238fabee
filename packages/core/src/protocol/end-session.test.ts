import { describe, expect, it } from 'vitest'
import { endSessionAddress } from './end-session.ts'

const request = {
  idTokenHint: 'header.payload.signature',
  postLogoutRedirectUri: 'https://app.example/auth/signed-out?x=1',
  state: 'state-1',
}

describe('the address that ends a session at the provider', () => {
  it('keeps the query of the endpoint and names client, token, return address and state', () => {
    const url = new URL(endSessionAddress('https://provider.example/end?tenant=1', 'client-1', request))
    expect(url.origin + url.pathname).toBe('https://provider.example/end')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      client_id: 'client-1',
      post_logout_redirect_uri: request.postLogoutRedirectUri,
      state: 'state-1',
      id_token_hint: request.idTokenHint,
    })
  })

  it('leaves out an ID token that would make it too long', () => {
    const address = endSessionAddress('https://provider.example/end', 'client-1', {
      ...request,
      idTokenHint: 'a'.repeat(8192),
    })
    expect(address.length).toBeLessThan(4096)
    expect(new URL(address).searchParams.has('id_token_hint')).toBe(false)
    expect(new URL(address).searchParams.get('state')).toBe('state-1')
  })
})
