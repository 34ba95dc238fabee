import { setTimeout as wait } from 'node:timers/promises'
import type { Store } from '@postern/core'
import { LEASE, LONG } from './stage.ts'

/** What a process is told to do, together with others that are told the same. */
export interface Task {
  readonly contest: ContestName
  readonly key: string
  readonly index: string
  readonly rounds: number
  /** Milliseconds. */
  readonly lease: number
}

export type ContestName = keyof typeof CONTESTS

/** Plays a task; what it came to. */
export function play(store: Store, task: Task): Promise<readonly (number | string)[]> {
  return CONTESTS[task.contest](store, task)
}

const CONTESTS = { take, putAbsent, count, countUnderLease, putMany, hold }

/** The values taken. */
async function take(store: Store, { key }: Task): Promise<readonly string[]> {
  const record = await store.take(key)
  return record === undefined ? [] : [record.value]
}

/** The versions put. */
async function putAbsent(store: Store, { key }: Task): Promise<readonly number[]> {
  const value = `of process ${process.pid}`
  const result = await store.put(key, { value, expiresIn: LONG, indexes: [] }, { type: 'absent' })
  return result.stored ? [result.version] : []
}

/** Adds one to the record, again and again, each time to what is there. The versions put. */
async function count(store: Store, { key, index, rounds }: Task): Promise<readonly number[]> {
  const versions: number[] = []
  while (versions.length < rounds) {
    const record = await store.get(key)
    if (record === undefined) throw new Error('the record is gone')
    const value = String(Number(record.value) + 1)
    const next = { value, expiresIn: LONG, indexes: [index] }
    const result = await store.put(key, next, { type: 'version', version: record.version })
    if (result.stored) versions.push(result.version)
  }
  return versions
}

/** Adds one under a lease, so that no put is ever in vain. The fences, in the order they were given. */
async function countUnderLease(
  store: Store,
  { key, index, rounds, lease: milliseconds }: Task,
): Promise<readonly number[]> {
  const fences: number[] = []
  while (fences.length < rounds) {
    const lease = await store.lease(key, LEASE, milliseconds)
    if (lease === undefined) {
      await wait(2)
      continue
    }
    const record = await store.get(key)
    if (record === undefined) throw new Error('the record is gone')
    const next = { value: String(Number(record.value) + 1), expiresIn: LONG, indexes: [index] }
    const result = await store.put(key, next, { type: 'lease', version: record.version, lease })
    if (!result.stored) throw new Error('two processes held one lease')
    await store.release(key, lease)
    fences.push(lease.fence)
  }
  return fences
}

/** Puts records of its own under one index. Their keys. */
async function putMany(store: Store, { key, index, rounds }: Task): Promise<readonly string[]> {
  const keys = Array.from({ length: rounds }, (_, round) => `${key}.${process.pid}.${round}`)
  for (const each of keys) {
    await store.put(each, { value: 'value', expiresIn: LONG, indexes: [index] }, { type: 'absent' })
  }
  return keys
}

/** Takes the lease, and keeps it. Its fence. */
async function hold(store: Store, { key, lease: milliseconds }: Task): Promise<readonly number[]> {
  const lease = await store.lease(key, LEASE, milliseconds)
  return lease === undefined ? [] : [lease.fence]
}
