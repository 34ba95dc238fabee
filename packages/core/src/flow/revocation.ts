import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { ProviderClient, TokenHint } from '../protocol/protocol.ts'
import type { Grant, Session } from '../session/session.ts'
import type { Lease, Store } from '../store/store.ts'

/** Ends tokens at their providers, in the background: nobody who signs out waits for it. */
export interface Revocations {
  /** Takes on the tokens of a grant. With a store, they are remembered there until it is done. */
  add(provider: string, grant: Partial<Pick<Grant, 'accessToken' | 'refreshToken'>>): void
  /** Takes on the tokens of every grant of a session, by provider. */
  addAll(grants: Session['grants']): void
  /** Takes up what other processes, or this one before a restart, left undone. */
  resume(): Promise<void>
  /** Resolves when everything under way has been tried. */
  drain(): Promise<void>
  /** The same without waiting for another try of what has failed: a process that stops has no time for that. */
  close(): Promise<void>
}

export interface RevocationsOptions {
  readonly clients: ReadonlyMap<string, ProviderClient>
  readonly store: Store | undefined
  /** Seals jobs in the store: they contain tokens. */
  readonly keyring: Keyring
  readonly random: () => string
  readonly wait: (milliseconds: number) => Promise<void>
  /** Told that a token was left as it is. With a store, a day is spent on trying. */
  readonly onGivenUp: (provider: string) => void
}

interface Job {
  readonly provider: string
  /** Refresh token first: with it, most providers end the rest (RFC 7009 section 2.1). */
  readonly tokens: readonly (readonly [token: string, hint: TokenHint])[]
}

const INDEX = 'revocations'
const KEPT = 24 * 60 * 60 * 1000
// Before each attempt of a round.
const DELAYS = [0, 1_000, 4_000, 15_000] as const
// Longer than a round takes.
const LEASE = 180_000
const MAX_AT_ONCE = 500

export function createRevocations(options: RevocationsOptions): Revocations {
  const { clients, store, keyring, random, wait, onGivenUp } = options
  const running = new Set<Promise<void>>()
  const closing = Promise.withResolvers<void>()
  let isClosing = false

  const track = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => running.delete(tracked))
    running.add(tracked)
  }

  /** One round of attempts; whether the provider has taken the tokens. */
  const isRevoked = async ({ provider, tokens }: Job): Promise<boolean> => {
    const client = clients.get(provider)
    if (client === undefined) return true
    for (const delay of DELAYS) {
      if (delay > 0) await Promise.race([wait(delay), closing.promise])
      if (delay > 0 && isClosing) return false
      if (await isTaken(client, tokens)) return true
    }
    return false
  }

  const tryNow = async (job: Job): Promise<void> => {
    if (!(await isRevoked(job))) onGivenUp(job.provider)
  }

  /** Kept in the store until it is done, so that a restart loses nothing. */
  const keepAndTry = async (job: Job, keeper: Store): Promise<void> => {
    const isBusy = running.size >= MAX_AT_ONCE
    const key = `revocation.${random()}`
    const value = seal(keyring, key, JSON.stringify(job))
    try {
      // When there is too much to do, the next round of whichever process begins with it.
      const lease = isBusy ? undefined : await keeper.lease(key, INDEX, LEASE)
      await keeper.put(key, { value, expiresIn: KEPT, indexes: [INDEX] }, { type: 'absent' })
      if (lease !== undefined) await tryKept(key, job, lease, keeper)
    } catch {
      // A store that is down must not keep the provider from being asked.
      if (isBusy) onGivenUp(job.provider)
      else await tryNow(job)
    }
  }

  const tryKept = async (key: string, job: Job, lease: Lease, keeper: Store): Promise<void> => {
    const isDone = await isRevoked(job)
    // What fails now is done again in another round, which changes nothing.
    if (isDone) await keeper.delete(key).catch(() => undefined)
    await keeper.release(key, lease).catch(() => undefined)
  }

  const resumeOne = async (key: string, keeper: Store): Promise<void> => {
    const lease = await keeper.lease(key, INDEX, LEASE)
    if (lease === undefined) return
    const record = await keeper.get(key)
    const opened = record === undefined ? undefined : open(keyring, key, record.value)
    // Our own seal vouches for the shape. What another secret sealed is for those who know it.
    if (opened !== undefined) await tryKept(key, JSON.parse(opened.octets.toString()) as Job, lease, keeper)
    else await keeper.release(key, lease)
  }

  const drain = async (): Promise<void> => {
    await Promise.all(running)
  }

  const add: Revocations['add'] = (provider, { accessToken, refreshToken }) => {
    if (clients.get(provider)?.provider.capabilities.revocation !== true) return
    const tokens: Job['tokens'] = [
      ...(refreshToken === undefined ? [] : [[refreshToken, 'refresh_token'] as const]),
      ...(accessToken === undefined ? [] : [[accessToken, 'access_token'] as const]),
    ]
    if (store !== undefined) track(keepAndTry({ provider, tokens }, store))
    else if (running.size < MAX_AT_ONCE) track(tryNow({ provider, tokens }))
    else onGivenUp(provider)
  }

  return {
    add,
    addAll(grants) {
      for (const [provider, grant] of Object.entries(grants)) add(provider, grant)
    },
    async resume() {
      if (store === undefined) return
      const keys = await store.keysOf(INDEX).catch(() => [])
      for (const key of keys.slice(0, Math.max(0, MAX_AT_ONCE - running.size))) track(resumeOne(key, store))
    },
    drain,
    close() {
      isClosing = true
      closing.resolve()
      return drain()
    },
  }
}

async function isTaken(client: ProviderClient, tokens: Job['tokens']): Promise<boolean> {
  try {
    const metadata = await client.metadata()
    for (const [token, hint] of tokens) await client.revoke(metadata, token, hint)
    return true
  } catch {
    return false
  }
}
