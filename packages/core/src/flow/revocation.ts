import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { ProviderClient, TokenHint } from '../protocol/protocol.ts'
import type { Grant } from '../session/session.ts'
import type { Store } from '../store/store.ts'

/** Ends tokens at their providers, in the background: nobody who signs out waits for it. */
export interface Revocations {
  /** Takes on the tokens of a grant. With a store, they are remembered there until it is done. */
  add(provider: string, grant: Pick<Grant, 'accessToken' | 'refreshToken'>): void
  /** Takes up what other processes, or this one before a restart, left undone. */
  resume(): Promise<void>
  /** Resolves when everything under way has been tried. */
  drain(): Promise<void>
}

export interface RevocationsOptions {
  readonly clients: ReadonlyMap<string, ProviderClient>
  readonly store: Store | undefined
  /** Seals jobs in the store: they contain tokens. */
  readonly keyring: Keyring
  readonly random: () => string
  readonly wait: (milliseconds: number) => Promise<void>
  readonly onGivenUp: (provider: string) => void
}

interface Job {
  readonly provider: string
  /** Refresh token first: with it, most providers end the rest (RFC 7009 section 2.1). */
  readonly tokens: readonly (readonly [token: string, hint: TokenHint])[]
}

const INDEX = 'revocations'
const KEPT = 24 * 60 * 60 * 1000
const DELAYS = [1_000, 4_000, 15_000] as const
const LEASE = 60_000
const MAX_AT_ONCE = 500

export function createRevocations(options: RevocationsOptions): Revocations {
  const { clients, store, keyring, random, wait } = options
  const running = new Set<Promise<void>>()

  const add: Revocations['add'] = (provider, { accessToken, refreshToken }) => {
    if (clients.get(provider)?.provider.capabilities.revocation !== true || running.size >= MAX_AT_ONCE) return
    const tokens: Job['tokens'] = [
      ...(refreshToken === undefined ? [] : [[refreshToken, 'refresh_token'] as const]),
      [accessToken, 'access_token'],
    ]
    track(keepAndRun({ provider, tokens }))
  }

  const keepAndRun = async (job: Job): Promise<void> => {
    const key = `revocation.${random()}`
    await remember(key, job)
    await run(key, job)
  }

  /** A store that is down must not keep the provider from being asked. */
  const remember = async (key: string, job: Job): Promise<void> => {
    const value = seal(keyring, key, JSON.stringify(job))
    await store?.put(key, { value, expiresIn: KEPT, indexes: [INDEX] }, { type: 'absent' }).catch(() => undefined)
  }

  const run = async (key: string, job: Job): Promise<void> => {
    for (const delay of DELAYS) {
      if (await attempt(job)) {
        await store?.delete(key).catch(() => undefined)
        return
      }
      await wait(delay)
    }
    // With a store, another round begins from there.
    if (store === undefined) options.onGivenUp(job.provider)
  }

  const attempt = async ({ provider, tokens }: Job): Promise<boolean> => {
    const client = clients.get(provider)
    if (client === undefined) return true
    try {
      const metadata = await client.metadata()
      for (const [token, hint] of tokens) await client.revoke(metadata, token, hint)
      return true
    } catch {
      return false
    }
  }

  const resumeOne = async (key: string, keeper: Store): Promise<void> => {
    if ((await keeper.lease(key, INDEX, LEASE)) === undefined) return
    const record = await keeper.get(key)
    const opened = record === undefined ? undefined : open(keyring, key, record.value)
    // Our own seal vouches for the shape.
    if (opened !== undefined) await run(key, JSON.parse(opened.text) as Job)
  }

  const track = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => running.delete(tracked))
    running.add(tracked)
  }

  return {
    add,
    async resume() {
      if (store === undefined) return
      const keys = await store.keysOf(INDEX).catch(() => [])
      for (const key of keys.slice(0, MAX_AT_ONCE)) track(resumeOne(key, store))
    },
    async drain() {
      await Promise.all(running)
    },
  }
}
