import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url))
// A server that needs nothing but to be told to stop.
const SERVER = [process.execPath, '-e', 'setInterval(() => {}, 1000)']

const starters: ChildProcess[] = []
afterEach(() => {
  for (const starter of starters.splice(0)) starter.kill('SIGKILL')
})

/** A process that starts a kept server, as the one that answers for an Apache does. */
async function startKept() {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-kept-'))
  writeFileSync(join(folder, 'error_log'), 'the last words of the server')
  const program = `
    const { fork } = require('node:child_process')
    const options = { detached: true, execArgv: [] }
    const keeper = fork(${JSON.stringify(KEEPER)}, ${JSON.stringify([folder, ...SERVER])}, options)
    keeper.once('message', ({ pid }) => console.log(pid))`
  const starter = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  starters.push(starter)
  const [line] = (await once(starter.stdout, 'data')) as [Buffer]
  return { folder, starter, pid: Number(line) }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function expectGone(pid: number, folder: string): Promise<void> {
  for (let wait = 0; wait < 500 && (isAlive(pid) || existsSync(folder)); wait += 1) await sleep(20)
  expect({ isAlive: isAlive(pid), isLeft: existsSync(folder) }).toEqual({ isAlive: false, isLeft: false })
}

describe('a kept server', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('does not outlive who started it, ended by %s', async (signal) => {
    const { folder, starter, pid } = await startKept()
    expect(isAlive(pid)).toBe(true)
    starter.kill(signal)
    await expectGone(pid, folder)
  })

  it('is stopped when the channel is closed, and its log shown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-bench-kept-'))
    writeFileSync(join(folder, 'error_log'), 'the last words of the server')
    const keeper = fork(KEEPER, [folder, ...SERVER], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    const printed = keeper.stderr?.setEncoding('utf8').toArray()
    const [{ pid }] = (await once(keeper, 'message')) as [{ readonly pid: number }]
    keeper.disconnect()
    await expectGone(pid, folder)
    expect(await printed).toEqual(['the last words of the server'])
  })
})
