import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import type { Task } from './contest.ts'
import type { StoreModule } from './store-under-test.ts'

/** Processes that a race is between. */
export const CONTESTANTS = 4

// Milliseconds from the start of a process to its end.
const PATIENCE = 50_000

type Outcome = readonly (number | string)[]

/** Has `CONTESTANTS` processes do the same at the same time; what each came to. */
export async function race(module: StoreModule, task: Task): Promise<readonly Outcome[]> {
  const contestants = Array.from({ length: CONTESTANTS }, () => start(module))
  try {
    await Promise.all(contestants.map((contestant) => messageOf(contestant)))
    const outcomes = await Promise.all(contestants.map((contestant) => ask(contestant, task)))
    await Promise.all(contestants.map(ended))
    return outcomes
  } finally {
    for (const contestant of contestants) contestant.kill('SIGKILL')
  }
}

/** Has one process do something, and kills it in the middle; what it had come to. */
export async function killedAfter(module: StoreModule, task: Task): Promise<Outcome> {
  const contestant = start(module)
  try {
    await messageOf(contestant)
    return await ask(contestant, task)
  } finally {
    const exit = once(contestant, 'exit')
    if (contestant.kill('SIGKILL')) await exit
  }
}

function start({ url, setting, execArgv }: StoreModule): ChildProcess {
  // This file and that one are built together, so they end alike.
  const contestant = new URL(`./contestant${extname(import.meta.filename)}`, import.meta.url)
  return fork(contestant, [url.href, setting], {
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

async function ask(contestant: ChildProcess, task: Task): Promise<Outcome> {
  const answer = messageOf(contestant)
  contestant.send(task)
  // `contestant.ts` writes nothing else.
  return (await answer) as Outcome
}

async function messageOf(contestant: ChildProcess): Promise<unknown> {
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(PATIENCE)])
  try {
    const exit = once(contestant, 'exit', { signal }).then(([code]) => assert.fail(`a process ended with code ${code}`))
    const [message] = await Promise.race([once(contestant, 'message', { signal }), exit])
    return message
  } finally {
    controller.abort()
  }
}

async function ended(contestant: ChildProcess): Promise<void> {
  if (contestant.exitCode === null) {
    await once(contestant, 'exit', { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined)
  }
  assert.equal(contestant.exitCode, 0, 'a process did not end by itself after it had closed its store')
}
