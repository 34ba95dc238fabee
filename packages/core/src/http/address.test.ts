import { describe, expect, it } from 'vitest'
import { loginPath } from './address.ts'

describe('the path that starts a sign-in', () => {
  it('takes the return target as one value, so that it brings no parameter of its own', () => {
    const path = loginPath('/auth', 'a', { return_to: '/x?audience=evil&scope=admin#&prompt=none' })
    const url = new URL(path, 'https://app.example')
    expect([...url.searchParams]).toEqual([['return_to', '/x?audience=evil&scope=admin#&prompt=none']])
    expect(url.hash).toBe('')
  })

  it('leads to the page to choose where no provider is named', () => {
    expect(loginPath('/auth', undefined, { return_to: undefined })).toBe('/auth/login')
  })

  it('asks for a fresh or stronger sign-in where that is needed', () => {
    expect(loginPath('/auth', 'a', { max_age: '60', acr_values: 'gold silver' })).toBe(
      '/auth/login/a?max_age=60&acr_values=gold+silver',
    )
  })
})
