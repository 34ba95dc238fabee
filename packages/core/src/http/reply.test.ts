import { describe, expect, it } from 'vitest'
import { headerOf } from '../../test/reply.ts'
import { json, redirect } from './reply.ts'

describe('a redirect', () => {
  it('is a 303 without a body: no form is sent on, and no address is written into a page', () => {
    const reply = redirect('https://app.example/x%22%3E%3Cscript%3E')
    expect(reply.status).toBe(303)
    expect(reply.body).toBeUndefined()
    expect(headerOf(reply, 'location')).toBe('https://app.example/x%22%3E%3Cscript%3E')
  })

  it('is kept by no cache, and tells the next page nothing', () => {
    const reply = redirect('https://as.example/authorize')
    expect(headerOf(reply, 'cache-control')).toBe('no-store')
    expect(headerOf(reply, 'referrer-policy')).toBe('no-referrer')
  })
})

describe('JSON', () => {
  it('is for pages of this origin, kept by no cache, sniffed and framed by nobody', () => {
    const reply = json(200, { user: '</script><script>alert(1)</script>' })
    expect(headerOf(reply, 'cache-control')).toBe('no-store')
    expect(headerOf(reply, 'x-content-type-options')).toBe('nosniff')
    expect(headerOf(reply, 'cross-origin-resource-policy')).toBe('same-origin')
    expect(headerOf(reply, 'content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headerOf(reply, 'vary')).toBe('cookie')
    expect(reply.headers.some(([name]) => name.startsWith('access-control-'))).toBe(false)
  })
})
