import { fingerprint } from '../crypto/digest.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import { type Cookie, type CookieAttributes, cookieNames, expired, readCookies } from '../http/cookie.ts'
import { decodeTransaction, encodeTransaction } from './codec.ts'
import type { Transaction } from './transaction.ts'

/** Transactions in flight, each sealed in a cookie named after its state: tabs never collide. */
export interface Transactions {
  /** Cookies that start `transaction`, and deletions of those that must make room for it. */
  start(transaction: Transaction, header: string | undefined, attributesOf: AttributesOf): readonly Cookie[]
  /** The transaction of that state, started in this browser; expired ones included, for the page to explain. */
  find(state: string, header: string | undefined): Transaction | undefined
  /** The cookie that makes the browser forget the transaction of that state. */
  forget(state: string, attributes: CookieAttributes): Cookie
  /** Makes the browser forget every transaction it sent. */
  clear(header: string | undefined, attributes: CookieAttributes): readonly Cookie[]
  isExpired(transaction: Transaction): boolean
}

/** What the cookie of a sign-in at this provider is set with, and deleted with. */
export type AttributesOf = (provider: string | undefined) => CookieAttributes

export interface TransactionsOptions {
  readonly cookiePrefix: string
  readonly keyring: Keyring
  /** Milliseconds. */
  readonly lifetime: number
  readonly now: () => number
}

// How long after its end a sign-in is still recognised, for the page that says so.
const GRACE_SECONDS = 1200

// Enough for a person with many tabs; few and small enough for every server's header limit.
const MAX_LIVE = 5
const MAX_OCTETS = 3500
// All cookies together, those of the session and of the application among them: the gateway refuses more than 14 KiB.
const MAX_HEADER_OCTETS = 12 * 1024
// A bound on the work a stranger's header can cause.
const MAX_LOOKED_AT = 16

export function createTransactions({ cookiePrefix, keyring, lifetime, now }: TransactionsOptions): Transactions {
  const nameOf = (state: string): string => cookiePrefix + fingerprint(state)

  const isExpired = (transaction: Transaction): boolean => now() >= transaction.startedAt + lifetime

  const openCookie = (name: string, header: string | undefined): Transaction | undefined => {
    const opened = readCookies(header, name)
      .map((value) => open(keyring, name, value))
      .filter((candidate) => candidate !== undefined)
    // Two that open are one too many: nothing tells them apart.
    return opened.length === 1 && opened[0] !== undefined ? decodeTransaction(opened[0].octets.toString()) : undefined
  }

  const start: Transactions['start'] = (transaction, header, attributesOf) => {
    const name = nameOf(transaction.state)
    const value = seal(keyring, name, encodeTransaction(transaction))
    // The cookie outlives what it holds, so that a late answer meets a page that can start again where it was going.
    const maxAge = Math.ceil(lifetime / 1000) + GRACE_SECONDS
    return [
      { name, value, attributes: { ...attributesOf(transaction.provider), maxAge } },
      ...makeRoom(header, name.length + value.length).map((other) => expired(other.name, attributesOf(other.provider))),
    ]
  }

  /** What to delete so that the new one fits: what is dead, then the oldest. */
  const makeRoom = (
    header: string | undefined,
    newOctets: number,
  ): readonly { readonly name: string; readonly provider: string | undefined }[] => {
    const names = cookieNames(header, cookiePrefix, MAX_LOOKED_AT)
    if (names.length === 0) return []
    const found = names.map((name) => ({
      name,
      octets: name.length + (readCookies(header, name)[0]?.length ?? 0),
      transaction: openCookie(name, header),
    }))
    const isLive = (entry: (typeof found)[number]): boolean =>
      entry.transaction !== undefined && !isExpired(entry.transaction)
    const live = found.filter(isLive).sort((a, b) => (b.transaction?.startedAt ?? 0) - (a.transaction?.startedAt ?? 0))
    const others = (header?.length ?? 0) - found.reduce((sum, { octets }) => sum + octets, 0)
    const room = Math.min(MAX_OCTETS, MAX_HEADER_OCTETS - others)
    let octets = newOctets
    const fits = live.filter((entry, index) => {
      octets += entry.octets
      return index < MAX_LIVE - 1 && octets <= room
    })
    return found
      .filter((entry) => !fits.includes(entry))
      .map(({ name, transaction }) => ({ name, provider: transaction?.provider }))
  }

  return {
    start,
    find(state, header) {
      const transaction = openCookie(nameOf(state), header)
      return transaction?.state === state ? transaction : undefined
    },
    forget: (state, attributes) => expired(nameOf(state), attributes),
    clear: (header, attributes) =>
      cookieNames(header, cookiePrefix, MAX_LOOKED_AT).map((name) => expired(name, attributes)),
    isExpired,
  }
}
