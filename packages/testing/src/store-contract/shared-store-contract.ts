import assert from 'node:assert/strict'
import type { Store } from '@postern/core'
import type { ContestName, Task } from './contest.ts'
import { CONTESTANTS, killedAfter, race } from './race.ts'
import { freshName, LONG, putNew, successor } from './stage.ts'
import type { MakeSharedStore, SharedStoreCase, StoreModule } from './store-under-test.ts'

const ROUNDS = 25

/**
 * What `Store` promises when processes share the records: every case starts processes of its own, which race.
 *
 * ```ts
 * const module = { url: new URL('./make-my-store.ts', import.meta.url), setting: '', execArgv: [] }
 * for (const { name, run } of sharedStoreContract) it(name, () => run(module))
 * ```
 */
export const sharedStoreContract: readonly SharedStoreCase[] = [
  sharedCase('gives a record to one of many processes that take it at once', async (store, module) => {
    const task = taskOf('take')
    await putNew(store, task.key, { value: 'once' })
    assert.deepEqual((await race(module, task)).flat(), ['once'])
    assert.equal(await store.get(task.key), undefined)
  }),
  sharedCase('lets one of many processes put where nothing is', async (store, module) => {
    const task = taskOf('putAbsent')
    const versions = (await race(module, task)).flat()
    assert.equal(versions.length, 1)
    assert.equal((await store.get(task.key))?.version, versions[0])
  }),
  sharedCase('loses no update of many processes', async (store, module) => {
    const task = taskOf('count')
    await putNew(store, task.key, { value: '0', indexes: [task.index] })
    const versions = (await race(module, task)).flat()
    assert.equal((await store.get(task.key))?.value, String(CONTESTANTS * ROUNDS))
    assert.equal(new Set(versions).size, CONTESTANTS * ROUNDS, 'a version was given twice')
    assert.deepEqual(await store.keysOf(task.index), [task.key])
  }),
  sharedCase('gives a lease to one process at a time, with fences that grow', async (store, module) => {
    const task = taskOf('countUnderLease')
    await putNew(store, task.key, { value: '0', indexes: [task.index] })
    const fences = await race(module, task)
    assert.equal((await store.get(task.key))?.value, String(CONTESTANTS * ROUNDS))
    assert.equal(new Set(fences.flat()).size, CONTESTANTS * ROUNDS, 'a fence was given twice')
    for (const each of fences) assert.deepEqual(each, each.toSorted(byNumber), 'a fence did not grow')
  }),
  sharedCase('finds what every process has put under an index', async (store, module) => {
    const task = taskOf('putMany')
    const keys = (await race(module, task)).flat()
    assert.equal(keys.length, CONTESTANTS * ROUNDS)
    assert.deepEqual((await store.keysOf(task.index)).toSorted(), keys.toSorted())
  }),
  sharedCase('goes on without a holder that was killed, and refuses what it left behind', async (store, module) => {
    const task = { ...taskOf('hold'), lease: 500 }
    const version = await putNew(store, task.key, { value: 'untouched' })
    const [fence] = await killedAfter(module, task)
    const holder = await successor(store, task.key)
    assert.ok(holder.fence > Number(fence))
    const record = { value: 'late', expiresIn: LONG, indexes: [] }
    const late = { ...holder, fence: Number(fence) }
    assert.deepEqual(await store.put(task.key, record, { type: 'lease', version, lease: late }), { stored: false })
    const inTime = await store.put(task.key, record, { type: 'lease', version, lease: holder })
    assert.equal(inTime.stored, true)
  }),
]

/** A case with a store of this process, that looks at what the others did. */
function sharedCase(name: string, play: (store: Store, module: StoreModule) => Promise<void>): SharedStoreCase {
  return {
    name,
    async run(module) {
      // `StoreModule` says what it exports.
      const { makeStore } = (await import(module.url.href)) as { readonly makeStore: MakeSharedStore }
      const store = await makeStore(module.setting)
      try {
        await play(store, module)
      } finally {
        await store.close()
      }
    },
  }
}

function taskOf(contest: ContestName): Task {
  return { contest, key: freshName(), index: freshName(), rounds: ROUNDS, lease: LONG }
}

function byNumber(a: number | string, b: number | string): number {
  return Number(a) - Number(b)
}
