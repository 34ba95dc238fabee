import { describe, expect, it } from 'vitest'
import { START } from '../../test/session.ts'
import { decodeTransaction, encodeTransaction } from './codec.ts'
import type { Transaction } from './transaction.ts'

const LEAST: Transaction = {
  provider: 'anilist',
  issuer: undefined,
  state: 'a state',
  nonce: undefined,
  codeVerifier: 'a verifier',
  returnTo: undefined,
  maxAge: undefined,
  acr: undefined,
  former: undefined,
  loop: 'a mark',
  startedAt: START,
}

const MOST: Transaction = {
  ...LEAST,
  issuer: 'https://as.example',
  nonce: 'a nonce',
  returnTo: '/me?tab="2"#é',
  maxAge: 0,
  acr: ['gold', 'silver'],
  former: { id: 'a session', provider: 'anilist', subject: '7', signedInAt: START - 1, handle: 'a handle' },
}

describe('a transaction as text', () => {
  it.each([
    ['with no more than it needs', LEAST],
    ['with all that it may hold', MOST],
  ])('reads as it was written, %s', (_what, transaction) => {
    expect(decodeTransaction(encodeTransaction(transaction))).toEqual(transaction)
  })

  it('names nothing: names would be a third of it', () => {
    for (const name of Object.keys(LEAST)) expect(encodeTransaction(LEAST)).not.toContain(`"${name}"`)
  })

  it('of another version is no transaction, and no accident', () => {
    for (const other of [MOST, [1, 'anilist'], ['anilist', 'a state'], []]) {
      expect(decodeTransaction(JSON.stringify(other))).toBeUndefined()
    }
  })
})
