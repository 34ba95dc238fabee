import type { Keyring } from '../crypto/keyring.ts'
import { GatewayError } from '../error.ts'
import type { PutCondition, Store, StoredRecord } from '../store/store.ts'
import { bury } from './bury.ts'
import type { Lifetimes } from './lifetime.ts'
import { relabelRecord, summaryOf } from './record.ts'
import { indexesOf, sidIndex, subIndex, subjectIndex } from './session-index.ts'
import type { SessionSummary } from './summary.ts'

/** The sessions of a user, wherever they signed in. Only a store can say. */
export interface SessionDirectory {
  /** Most recently used first. */
  list(provider: string, subject: string): Promise<readonly SessionSummary[]>
  /** Ends those sessions of a user that `which` picks; the ended ones. */
  end(
    provider: string,
    subject: string,
    which: (session: SessionSummary) => boolean,
  ): Promise<readonly SessionSummary[]>
  /** Ends those sessions that `which` picks, of the user whom the provider knows by this `sub`; the ended ones. */
  endOfProviderUser(
    provider: string,
    sub: string,
    which: (session: SessionSummary) => boolean,
  ): Promise<readonly SessionSummary[]>
  /**
   * Ends those of a provider's own session (`sid`); the ended ones.
   *
   * @param tokens `keep` where nobody can tell who asks: a session can be begun again, a token that is revoked is gone
   */
  endOfProviderSession(provider: string, sid: string, tokens: 'revoke' | 'keep'): Promise<readonly SessionSummary[]>
  /** Names a session; `false` when there is none of that id. */
  rename(provider: string, subject: string, id: string, label: string): Promise<boolean>
}

export interface SessionDirectoryOptions {
  readonly store: Store
  readonly summaries: Keyring
  readonly lifetimes: Lifetimes
  /** Told of each record that was ended, and where it lay, to revoke what can be: its browser is not here to ask. */
  readonly onEnded: (record: StoredRecord, key: string, session: SessionSummary) => void
  readonly now: () => number
}

interface Entry {
  readonly key: string
  readonly value: string
  readonly version: number
  readonly summary: SessionSummary
}

const MAX_ATTEMPTS = 8

export function createSessionDirectory({
  store,
  summaries,
  lifetimes,
  onEnded,
  now,
}: SessionDirectoryOptions): SessionDirectory {
  const entriesOf = async (index: string): Promise<readonly Entry[]> => {
    const keys = await store.keysOf(index)
    const entries = await Promise.all(keys.map(entryAt))
    return entries.filter((entry) => entry !== undefined).sort((a, b) => b.summary.touchedAt - a.summary.touchedAt)
  }

  const entryAt = async (key: string): Promise<Entry | undefined> => {
    const record = await store.get(key)
    if (record === undefined) return undefined
    const { value, version } = record
    const summary = summaryOf(value, key, summaries)
    return summary === undefined ? undefined : { key, value, version, summary }
  }

  const relabel = async ({ key, value, version, summary }: Entry, label: string): Promise<boolean> => {
    const renamed = relabelRecord(value, key, { ...summary, label }, summaries)
    const expiresIn = Math.min(summary.touchedAt + lifetimes.idle, summary.signedInAt + lifetimes.absolute) - now()
    const condition: PutCondition = { type: 'version', version }
    return (await store.put(key, { value: renamed, expiresIn, indexes: indexesOf(summary) }, condition)).stored
  }

  const endEntry = async ({ key, summary }: Entry, tokens: 'revoke' | 'keep'): Promise<readonly SessionSummary[]> => {
    const last = summary.adopted
      ? await bury(store, key, summary.signedInAt + lifetimes.absolute - now())
      : await store.take(key)
    // Somebody else has ended it.
    if (last === undefined) return []
    if (tokens === 'revoke') onEnded(last, key, summary)
    return [summary]
  }

  const endAll = async (
    entries: readonly Entry[],
    tokens: 'revoke' | 'keep' = 'revoke',
  ): Promise<readonly SessionSummary[]> => {
    const ended = await Promise.all(entries.map((entry) => endEntry(entry, tokens)))
    return ended.flat()
  }

  return {
    async list(provider, subject) {
      const entries = await entriesOf(subjectIndex(provider, subject))
      return entries.map(({ summary }) => summary)
    },
    async end(provider, subject, which) {
      const entries = await entriesOf(subjectIndex(provider, subject))
      return endAll(entries.filter(({ summary }) => which(summary)))
    },
    async endOfProviderUser(provider, sub, which) {
      const [named, renamed] = await Promise.all([
        entriesOf(subjectIndex(provider, sub)),
        entriesOf(subIndex(provider, sub)),
      ])
      // A subject that only looks like this `sub` is of somebody whom the provider knows by another.
      const theirs = [...named.filter(({ summary }) => summary.sub === undefined), ...renamed]
      return endAll(theirs.filter(({ summary }) => which(summary)))
    },
    async endOfProviderSession(provider, sid, tokens) {
      return endAll(await entriesOf(sidIndex(provider, sid)), tokens)
    },
    async rename(provider, subject, id, label) {
      const entries = await entriesOf(subjectIndex(provider, subject))
      let entry = entries.find(({ summary }) => summary.id === id)
      for (let attempt = 0; attempt < MAX_ATTEMPTS && entry !== undefined; attempt += 1) {
        if (await relabel(entry, label)) return true
        // Somebody else wrote in between.
        entry = await entryAt(entry.key)
      }
      if (entry === undefined) return false
      throw new GatewayError('store_unavailable', { retryAfter: 1 })
    },
  }
}
