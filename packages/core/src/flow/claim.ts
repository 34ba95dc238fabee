import { createSecretKey, hash, type KeyObject } from 'node:crypto'
import { fingerprint } from '../crypto/digest.ts'
import { decrypt, encrypt } from '../crypto/seal.ts'
import type { Cookie } from '../http/cookie.ts'
import type { Store } from '../store/store.ts'
import type { Transaction } from '../transaction/transaction.ts'

/** Who carries out a sign-in, among processes that share a store. */
export interface Claims {
  /**
   * Claims a transaction for this process. `claimed`: nobody else will spend its code. `finished_meanwhile`: another
   * process signed the browser in while this one waited, with these cookies. `finished_before`: it had, and this is a
   * repetition. `used`: another process has tried, and failed or never finished.
   *
   * @param milliseconds how long the claim is remembered
   */
  claim(transaction: Claimable, milliseconds: number): Promise<Claim>
  /**
   * Tells processes that were sent the same answer what came of it.
   *
   * @param cookies what signs the browser in; `undefined` when the sign-in failed
   */
  settle(transaction: Claimable, cookies: readonly Cookie[] | undefined, milliseconds: number): Promise<void>
}

export type Claimable = Pick<Transaction, 'state' | 'codeVerifier'>

export type Claim =
  | { readonly type: 'claimed' | 'finished_before' | 'used' }
  | { readonly type: 'finished_meanwhile'; readonly cookies: readonly Cookie[] }

export interface ClaimsOptions {
  readonly store: Store
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** Milliseconds a duplicate waits for the process that came first. */
  readonly patience: number
}

const UNDER_WAY = 'under way'
// Another process waits: only then is what signs the browser in worth keeping.
const AWAITED = 'awaited'
const USED = 'used'
const FINISHED = 'finished.'
const POLL = 50

export function createClaims({ store, now, wait, patience }: ClaimsOptions): Claims {
  const keyOf = (state: string): string => `claim.${fingerprint(state)}`

  const outcomeOf = async (key: string, transaction: Claimable, milliseconds: number): Promise<Claim> => {
    const until = now() + patience
    for (let hasWaited = false; ; hasWaited = true) {
      const record = await store.get(key)
      const value = record?.value
      if (value?.startsWith(FINISHED) === true) {
        if (!hasWaited) return { type: 'finished_before' }
        return { type: 'finished_meanwhile', cookies: readCookies(value.slice(FINISHED.length), key, transaction) }
      }
      if (record === undefined || (value !== UNDER_WAY && value !== AWAITED) || now() >= until) return { type: 'used' }
      if (value === UNDER_WAY) {
        const awaited = { value: AWAITED, expiresIn: milliseconds, indexes: [] }
        await store.put(key, awaited, { type: 'version', version: record.version })
      }
      await wait(POLL)
    }
  }

  return {
    async claim(transaction, milliseconds) {
      const key = keyOf(transaction.state)
      const record = { value: UNDER_WAY, expiresIn: milliseconds, indexes: [] }
      const { stored } = await store.put(key, record, { type: 'absent' })
      return stored ? { type: 'claimed' } : outcomeOf(key, transaction, milliseconds)
    },
    async settle(transaction, cookies, milliseconds) {
      const key = keyOf(transaction.state)
      // The first of those who wait may come between reading and writing; there is no second.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const record = await store.get(key)
        if (record === undefined) return
        const handedOver = record.value === AWAITED ? (cookies ?? []) : []
        const value = cookies === undefined ? USED : FINISHED + writeCookies(handedOver, key, transaction)
        const settled = { value, expiresIn: milliseconds, indexes: [] }
        const { stored } = await store.put(key, settled, { type: 'version', version: record.version })
        if (stored) return
      }
    },
  }
}

function writeCookies(cookies: readonly Cookie[], name: string, transaction: Claimable): string {
  return cookies.length === 0 ? '' : encrypt(keyFor(transaction), name, JSON.stringify(cookies))
}

function readCookies(encrypted: string, name: string, transaction: Claimable): readonly Cookie[] {
  const octets = encrypted === '' ? undefined : decrypt(keyFor(transaction), name, encrypted)
  // Whoever had the key vouches for the shape.
  return octets === undefined ? [] : (JSON.parse(octets.toString()) as readonly Cookie[])
}

/** Only the browser's own cookie holds the verifier: a dump of the store signs nobody in. */
function keyFor({ codeVerifier }: Claimable): KeyObject {
  return createSecretKey(hash('sha256', `postern.claim.${codeVerifier}`, 'buffer'))
}
