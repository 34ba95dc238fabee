import type { Store } from '@postern/core'

/** Stores with one mistake each, and the case that notices. */
export const MISTAKES: readonly Mistake[] = [
  [
    'puts over what is there',
    'refuses to put where something is, if nothing should be there',
    (store) => ({
      put: async (key, record, condition) => {
        if (condition.type === 'absent') await store.delete(key)
        return store.put(key, record, condition)
      },
    }),
  ],
  [
    'looks whether a key is free, and puts later',
    'lets one of many put where nothing is',
    (store) => ({
      put: async (key, record, condition) => {
        if (condition.type !== 'absent') return store.put(key, record, condition)
        if ((await store.get(key)) !== undefined) return { stored: false }
        const [, result] = await Promise.all([store.delete(key), store.put(key, record, condition)])
        return result
      },
    }),
  ],
  [
    'ignores versions',
    'refuses to replace a version that was replaced',
    (store) => ({
      put: async (key, record, condition) => {
        const current = await store.get(key)
        return condition.type === 'version' && current !== undefined
          ? store.put(key, record, { type: 'version', version: current.version })
          : store.put(key, record, condition)
      },
    }),
  ],
  [
    'counts versions for each record anew',
    'never gives a version twice, not even after the record was deleted',
    (store) => ({
      put: async (key, record, condition) => {
        const result = await store.put(key, record, condition)
        return result.stored ? { stored: true, version: 1 } : result
      },
    }),
  ],
  [
    'reads, and deletes later',
    'gives a record to one of many that take it at once',
    (store) => ({
      take: async (key) => {
        const record = await store.get(key)
        await store.delete(key)
        return record
      },
    }),
  ],
  [
    'takes a past deadline for no deadline',
    'stores nothing whose lifetime is -1: a past deadline is not no deadline',
    (store) => ({
      put: (key, record, condition) =>
        store.put(key, { ...record, expiresIn: record.expiresIn < 0 ? 86_400_000 : record.expiresIn }, condition),
    }),
  ],
  [
    'takes seconds for milliseconds',
    'forgets a record when its lifetime is over, and no other',
    (store) => ({
      put: (key, record, condition) => store.put(key, { ...record, expiresIn: record.expiresIn * 1_000 }, condition),
    }),
  ],
  [
    'keeps lifetimes in 32 bits',
    'keeps a record for 400 days, which is more milliseconds than 32 bits hold',
    (store) => ({
      put: (key, record, condition) => {
        const expiresIn = record.expiresIn > 0x7fffffff ? 1 : record.expiresIn
        return store.put(key, { ...record, expiresIn }, condition)
      },
    }),
  ],
  [
    'keeps the lifetime of the first put',
    'prolongs a lifetime with a put',
    (store) => {
      const ends = new Map<string, number>()
      return {
        put: (key, record, condition) => {
          const end = condition.type === 'absent' ? Date.now() + record.expiresIn : (ends.get(key) ?? 0)
          ends.set(key, end)
          return store.put(key, { ...record, expiresIn: end - Date.now() }, condition)
        },
      }
    },
  ],
  [
    'says of every delete that something was there',
    'says of a delete whether there was a record',
    (store) => ({ delete: async (key) => (await store.delete(key)) || true }),
  ],
  [
    'gives a lease to everybody',
    'gives a lease to one of many',
    () => ({ lease: async (_, name) => ({ name, fence: 1 }) }),
  ],
  [
    'gives leases for ever',
    'gives a lease to the next when its time is over',
    (store) => ({ lease: (key, name) => store.lease(key, name, 86_400_000) }),
  ],
  [
    'has one lease for a key, whatever its name',
    'gives leases of other names and other keys meanwhile',
    (store) => ({
      lease: async (key, name, milliseconds) => {
        const lease = await store.lease(key, 'any', milliseconds)
        return lease === undefined ? undefined : { ...lease, name }
      },
    }),
  ],
  [
    'begins with fence 1 again',
    'lets fences grow, whichever way a lease ends',
    (store) => {
      let given: Awaited<ReturnType<Store['lease']>>
      return {
        lease: async (key, name, milliseconds) => {
          given = await store.lease(key, name, milliseconds)
          return given === undefined ? undefined : { name, fence: 1 }
        },
        release: async (key) => {
          if (given !== undefined) await store.release(key, given)
        },
      }
    },
  ],
  [
    'prolongs a lease for whoever asks',
    'does not prolong a lease that is lost, and leaves it with its new holder',
    () => ({ extend: async () => true }),
  ],
  [
    'says that it prolongs a lease, and does not',
    'prolongs a lease that is held',
    () => ({ extend: async () => true }),
  ],
  [
    'takes a lease from its new holder when the old one gives it back',
    'leaves a lease with its new holder when the old one gives it back',
    (store) => {
      const last = new Map<string, number>()
      return {
        lease: async (key, name, milliseconds) => {
          const lease = await store.lease(key, name, milliseconds)
          if (lease !== undefined) last.set(key, lease.fence)
          return lease
        },
        release: (key, { name }) => store.release(key, { name, fence: last.get(key) ?? 0 }),
      }
    },
  ],
  [
    'does not look at fences',
    'refuses a late put under an old fence, though the record is as it was',
    (store) => ({
      put: (key, record, condition) =>
        store.put(
          key,
          record,
          condition.type === 'lease' ? { type: 'version', version: condition.version } : condition,
        ),
    }),
  ],
  [
    'lets nobody put under a lease that ran out',
    'lets a holder put whose time ran out, when nobody came after it',
    (store) => ({
      put: async (key, record, condition) =>
        condition.type === 'lease' && !(await store.extend(key, condition.lease, 60_000))
          ? { stored: false }
          : store.put(key, record, condition),
    }),
  ],
  [
    'loses the leases of a key with its record',
    'leaves a lease with its holder when the record is deleted or taken',
    (store) => {
      let given: Awaited<ReturnType<Store['lease']>>
      return {
        lease: async (key, name, milliseconds) => {
          const lease = await store.lease(key, name, milliseconds)
          given ??= lease
          return lease
        },
        delete: async (key) => {
          if (given !== undefined) await store.release(key, given)
          return store.delete(key)
        },
      }
    },
  ],
  [
    'never removes a key from an index',
    'does not find a key that was deleted or taken',
    (store) => {
      const entries = new Map<string, Set<string>>()
      return {
        put: (key, record, condition) => {
          for (const name of record.indexes) entries.set(name, (entries.get(name) ?? new Set()).add(key))
          return store.put(key, record, condition)
        },
        keysOf: async (name) => [...(entries.get(name) ?? [])],
      }
    },
  ],
  [
    'removes a record from its index before each put',
    'finds a record at every moment while it is put again and again',
    (store) => ({
      put: async (key, record, condition) => {
        const current = await store.get(key)
        if (current === undefined || condition.type !== 'version') return store.put(key, record, condition)
        const bare = { ...record, value: current.value, indexes: [] }
        const result = await store.put(key, bare, condition)
        await new Promise(setImmediate)
        return result.stored ? store.put(key, record, { type: 'version', version: result.version }) : result
      },
    }),
  ],
  [
    'finds a key as often as it was put',
    'finds a key once that was put many times',
    (store) => ({ keysOf: async (name) => (await store.keysOf(name)).flatMap((key) => [key, key]) }),
  ],
  ['trims keys', 'never takes one key for another', (store) => ({ get: (key) => store.get(key.trim()) })],
  ['folds the case of keys', 'never takes one key for another', (store) => onKeys(store, (key) => key.toLowerCase())],
  ['normalises keys', 'never takes one key for another', (store) => onKeys(store, (key) => key.normalize('NFC'))],
  [
    'joins a key and the name of its lease with a colon',
    'never takes the lease of one key for that of another',
    (store) => ({
      lease: async (key, name, milliseconds) => {
        const lease = await store.lease(`${key}:${name}`, 'any', milliseconds)
        return lease === undefined ? undefined : { ...lease, name }
      },
    }),
  ],
  [
    'keeps 4 KB of a value',
    'takes values from nothing to 64 KB',
    (store) => ({
      put: (key, record, condition) => store.put(key, { ...record, value: record.value.slice(0, 4_096) }, condition),
    }),
  ],
  [
    'cannot be closed twice',
    'closes more than once, and whether it was used or not',
    () => {
      let isClosed = false
      return {
        close: async () => {
          if (isClosed) throw new Error('closed already')
          isClosed = true
        },
      }
    },
  ],
]

type Mistake = readonly [mistake: string, caseName: string, spoil: (store: Store) => Partial<Store>]

function onKeys(store: Store, change: (key: string) => string): Partial<Store> {
  return {
    get: (key) => store.get(change(key)),
    put: async (key, record, condition) => {
      await store.delete(change(key))
      return store.put(change(key), record, condition)
    },
  }
}
