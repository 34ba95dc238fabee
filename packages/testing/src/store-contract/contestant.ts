import { once } from 'node:events'
import { play, type Task } from './contest.ts'
import type { MakeSharedStore } from './store-under-test.ts'

// A process of its own: makes a store, waits for its task, says what came of it, closes the store, and has to end by
// itself then. What goes wrong ends it with a stack trace and a code that is not zero.

// From the parent: the module of the store, which exports `makeStore`, and what to call it with.
const [url = '', setting = ''] = process.argv.slice(2)
const { makeStore } = (await import(url)) as { readonly makeStore: MakeSharedStore }
const store = await makeStore(setting)
// Connects, so that all contestants start from the same line.
await store.get('warm-up')
const tasks = once(process, 'message')
process.send?.('ready')
// Only the parent writes here.
const [task] = (await tasks) as [Task]
process.send?.(await play(store, task))
// `hold` keeps its lease until it is killed.
if (task.contest !== 'hold') {
  await store.close()
  process.disconnect()
}
