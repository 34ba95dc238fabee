import { describe, expect, it } from 'vitest'
import { serializeCookie } from './cookie.ts'
import { nameCookies } from './cookie-naming.ts'

describe('cookies of an https origin', () => {
  const naming = nameCookies('https://app.example', 'postern')

  it('have names that no sibling domain and no http page can plant', () => {
    for (const name of [naming.session, naming.transactionPrefix, naming.loop, naming.signOut])
      expect(name).toMatch(/^__Host-postern\./)
  })

  it('meet what browsers ask of the prefix: Secure, the root path, no Domain', () => {
    const line = serializeCookie({ name: naming.session, value: 'v', attributes: naming.attributes })
    expect(line).toBe('__Host-postern.session=v; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax')
  })
})

describe('cookies of loopback http', () => {
  it('lack the prefix and Secure, which a browser would refuse there', () => {
    const naming = nameCookies('http://localhost:3000', 'postern')
    expect(naming.session).toBe('postern.session')
    expect(naming.attributes.secure).toBe(false)
    expect(naming.attributes.httpOnly).toBe(true)
  })
})

describe('cookies of two gateways on one origin', () => {
  it('never begin alike, so that neither takes the transactions of the other for its own', () => {
    const one = nameCookies('https://app.example', 'postern')
    const other = nameCookies('https://app.example', 'postern-admin')
    expect(other.transactionPrefix.startsWith(one.transactionPrefix)).toBe(false)
    expect(other.session.startsWith(`${one.session}.`)).toBe(false)
  })

  it('cannot be changed by whoever holds them', () => {
    const naming = nameCookies('https://app.example', 'postern')
    expect(Object.isFrozen(naming) && Object.isFrozen(naming.attributes)).toBe(true)
  })
})
