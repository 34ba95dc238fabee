import { constants, setPriority } from 'node:os'
import { type BurstResult, type Load, openLoad, type Target } from './load.ts'

/** What the load generator is asked, and answers in turn. */
export type LoadRequest =
  | { readonly type: 'open'; readonly id: string; readonly target: Target }
  | { readonly type: 'burst'; readonly id: string; readonly count: number; readonly seconds: number }
  | { readonly type: 'replace'; readonly id: string; readonly requests: readonly string[] }
  | { readonly type: 'close'; readonly id: string }

export type LoadAnswer = BurstResult | { readonly error: string }

// The load generator in a process of its own, on another core than the server.
const loads = new Map<string, Load>()
// It never sleeps in a burst, and the provider has the same core.
setPriority(constants.priority.PRIORITY_LOW)
const NOTHING: BurstResult = { seconds: 0, kinds: {} }

process.on('message', (request) => {
  // Only the benchmark's own parent process sends.
  answer(request as LoadRequest).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

async function answer(request: LoadRequest): Promise<BurstResult> {
  switch (request.type) {
    case 'open':
      loads.set(request.id, await openLoad(request.target))
      return NOTHING
    case 'burst':
      return loads.get(request.id)?.burst(request) ?? Promise.reject(new Error(`No load ${request.id}`))
    case 'replace':
      loads.get(request.id)?.replace(request.requests)
      return NOTHING
    case 'close':
      loads.get(request.id)?.close()
      loads.delete(request.id)
      return NOTHING
  }
}
