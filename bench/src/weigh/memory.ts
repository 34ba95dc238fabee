import { startWorker } from '../measure/process.ts'
import { table } from '../report/table.ts'
import type { Section } from '../report/write.ts'

const SESSIONS = 100_000
// Of JSON: user, token and expiry.
const OCTETS = 1_056
const HEAP_LIMIT = 100
const RESIDENT_LIMIT = 170

const PEERS = ['fastify-session', 'passport-session', 'koa-grant'] as const
const NAMES: Readonly<Record<(typeof PEERS)[number], string>> = {
  'fastify-session': '@fastify/session, its MemoryStore',
  'passport-session': 'express-session, its MemoryStore',
  'koa-grant': 'koa-session, a Map',
}

export interface Weight {
  readonly name: string
  /** Octets of heap and external memory, after collecting garbage. */
  readonly heap: number
  /** Octets of resident memory. */
  readonly resident: number
}

export const MEMORY_TITLE = 'memory for 100,000 sessions'

/** Fills the memory store of ours and of peers, each in a process of its own. */
export async function weighMemory(sessions = SESSIONS): Promise<Section> {
  const ours = await weigh('postern, memoryStore()', new URL('./postern-process.ts', import.meta.url), [], sessions)
  const peers: Weight[] = []
  for (const folder of PEERS) {
    peers.push(await weigh(NAMES[folder], new URL('../../peers/weigh.mjs', import.meta.url), [folder], sessions))
  }
  return { title: MEMORY_TITLE, text: memoryText([ours, ...peers], sessions), data: [ours, ...peers] }
}

async function weigh(name: string, module: URL, before: readonly string[], sessions: number): Promise<Weight> {
  const parameters = [...before, String(sessions), String(OCTETS)]
  const worker = await startWorker({ module, parameters, core: 0 })
  await worker.stop()
  // The processes are ours, and say this.
  const { heap, resident } = worker.first as Omit<Weight, 'name'>
  return { name, heap, resident }
}

export function memoryText(weights: readonly Weight[], sessions: number): string {
  const lines = weights.map(({ name, heap, resident }, index) => [
    name,
    megabytes(heap),
    megabytes(resident),
    String(Math.round(heap / sessions)),
    String(Math.round(resident / sessions)),
    ...(index === 0 ? [`≤ ${HEAP_LIMIT} / ${RESIDENT_LIMIT} MB`, held(heap, resident)] : ['', '']),
  ])
  const head = ['store', 'heap MB', 'resident MB', 'heap, octets each', 'resident, octets each', 'target', 'held']
  return `${sessions.toLocaleString('en')} sessions of which each is ${OCTETS} octets as JSON: what the process has more than before, after collecting garbage.\n\n${table(head, 'lrrrrll', lines)}`
}

function held(heap: number, resident: number): string {
  return heap <= HEAP_LIMIT * 1e6 && resident <= RESIDENT_LIMIT * 1e6 ? 'yes' : '**no**'
}

function megabytes(octets: number): string {
  return (octets / 1e6).toFixed(0)
}
