import { describe, expect, it } from 'vitest'
import { FOREIGN, NEWEST, OLDER } from '../../test/secrets.ts'
import { createKeyring } from './keyring.ts'
import { open, seal } from './seal.ts'

const NAME = 'cookie'

describe('rotation of secrets', () => {
  const before = createKeyring([OLDER], 'session')
  const during = createKeyring([NEWEST, OLDER], 'session')
  const after = createKeyring([NEWEST], 'session')
  const sealedBefore = seal(before, NAME, 'text')

  it('opens what the old secret sealed, and says that it should be sealed anew', () => {
    expect(open(during, NAME, sealedBefore)).toEqual({ octets: Buffer.from('text'), current: false })
  })

  it('seals with the new secret at once', () => {
    const sealed = seal(during, NAME, 'text')
    expect(open(after, NAME, sealed)).toEqual({ octets: Buffer.from('text'), current: true })
    expect(open(before, NAME, sealed)).toBeUndefined()
  })

  it('opens nothing of a secret that was removed', () => {
    expect(open(after, NAME, sealedBefore)).toBeUndefined()
  })

  it('opens what a process with the secrets in the other order sealed, while they are being rolled out', () => {
    const other = createKeyring([OLDER, NEWEST], 'session')
    expect(open(during, NAME, seal(other, NAME, 'text'))?.octets.toString()).toBe('text')
    expect(open(other, NAME, seal(during, NAME, 'text'))?.octets.toString()).toBe('text')
  })

  it('seals with the newest secret when one is listed twice', () => {
    const twice = createKeyring([NEWEST, OLDER, NEWEST], 'session')
    expect(open(twice, NAME, seal(twice, NAME, 'text'))).toEqual({ octets: Buffer.from('text'), current: true })
  })
})

describe('a key', () => {
  it('has a name that depends on secret and purpose alone, and says nothing of either', () => {
    const id = createKeyring([NEWEST], 'session').current.id
    expect(id).toBe(createKeyring([NEWEST, OLDER], 'session').current.id)
    expect(id).toMatch(/^[A-Za-z0-9_-]{8}$/)
    expect(id).not.toBe(createKeyring([NEWEST], 'transaction').current.id)
    expect(id).not.toBe(createKeyring([FOREIGN], 'session').current.id)
  })

  it('cannot be read by whoever logs the keyring', () => {
    const { key } = createKeyring([NEWEST], 'session').current
    expect(JSON.stringify(createKeyring([NEWEST], 'session'))).not.toContain(key.export().toString('base64url'))
    expect(JSON.stringify(createKeyring([NEWEST], 'session'))).not.toContain(NEWEST)
  })

  it('is not found by a name that no secret has, nor by what objects inherit', () => {
    const { find } = createKeyring([NEWEST], 'session')
    for (const name of ['', 'toString', '__proto__', 'constructor', 'AAAAAAAA']) expect(find(name)).toBeUndefined()
  })
})
