import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Setting } from '../contestant/contestant.ts'
import { configurationOf, type Name, serverDirectives } from './configuration.ts'
import { findApache } from './find.ts'

/** An Apache that listens. */
export interface Running {
  /** Of its first process. */
  readonly pid: number
  /** Who stops it: once this process has ended, or closes the channel. Ends after it. */
  readonly keeper: ChildProcess
}

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url))

/** Starts Apache from a folder of its own, which is gone when it has stopped. */
export async function startApache(name: Name, setting: Setting): Promise<Running> {
  const apache = findApache()
  if (apache.type === 'absent') throw new Error(`There is no Apache to start: ${apache.reason}`)
  const folder = write(name, setting, apache.modules)
  const parameters = [folder, apache.program, '-D', 'FOREGROUND', '-f', join(folder, 'httpd.conf')]
  // A group of its own: what ends this process, a Ctrl-C for instance, must not end its keeper with it.
  const keeper = fork(KEEPER, parameters, { detached: true, execArgv: [] })
  keeper.once('exit', (_code, signal) => {
    if (signal !== null && keeper.pid !== undefined) process.kill(-keeper.pid, 'SIGKILL')
  })
  const [{ pid }] = (await once(keeper, 'message')) as [{ readonly pid: number }]
  await listening(setting.port, keeper)
  return { pid, keeper }
}

function write(name: Name, setting: Setting, modules: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-apache-'))
  const { directives, files } = configurationOf(name, setting)
  const place = { modules, folder, port: setting.port, name }
  writeFileSync(join(folder, 'httpd.conf'), serverDirectives(place) + directives)
  // Started by root, it reads them as somebody else.
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'files'))
  chmodSync(join(folder, 'files'), 0o755)
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, 'files', file), text)
    chmodSync(join(folder, 'files', file), 0o644)
  }
  return folder
}

async function listening(port: number, keeper: ChildProcess): Promise<void> {
  while (!(await accepts(port))) {
    if (keeper.exitCode !== null || keeper.signalCode !== null) throw new Error('Apache has ended')
    await sleep(10)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const settle = (isOpen: boolean): void => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}
