import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { cpuTimeOfTree } from './cpu-time.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

interface Process {
  readonly pid: number
  readonly parent: number
  readonly name?: string
  /** Nanoseconds of each thread. */
  readonly threads: readonly number[]
}

/** What Linux says of these processes. */
function procWith(...processes: readonly Process[]): string {
  const proc = mkdtempSync(join(tmpdir(), 'postern-bench-proc-'))
  folders.push(proc)
  writeFileSync(join(proc, 'uptime'), '1 1')
  for (const { pid, parent, name = 'apache2', threads } of processes) {
    mkdirSync(join(proc, String(pid), 'task'), { recursive: true })
    writeFileSync(join(proc, String(pid), 'stat'), `${pid} (${name}) S ${parent} 10 10 0 -1 4194560`)
    threads.forEach((nanoseconds, index) => {
      const thread = join(proc, String(pid), 'task', String(pid + index))
      mkdirSync(thread)
      writeFileSync(join(thread, 'schedstat'), `${nanoseconds} 5000 12\n`)
    })
  }
  return proc
}

describe('the CPU time of a tree of processes', () => {
  it('is that of all threads of the process and its descendants, and of nobody else', () => {
    const proc = procWith(
      { pid: 10, parent: 1, threads: [1_000] },
      { pid: 20, parent: 10, threads: [20_000, 300_000] },
      { pid: 30, parent: 20, threads: [4_000_000] },
      { pid: 40, parent: 1, threads: [50_000_000] },
    )
    expect(cpuTimeOfTree(10, proc)).toBe(4_321)
    expect(cpuTimeOfTree(20, proc)).toBe(4_320)
  })

  it('is not misled by what a process calls itself', () => {
    const proc = procWith(
      { pid: 10, parent: 1, threads: [1_000] },
      { pid: 20, parent: 10, name: 'x) S 99 (y', threads: [2_000] },
    )
    expect(cpuTimeOfTree(10, proc)).toBe(3)
  })

  it('is known while processes come and go beside it', () => {
    const proc = procWith({ pid: 10, parent: 1, threads: [1_000] })
    mkdirSync(join(proc, '50'))
    expect(cpuTimeOfTree(10, proc)).toBe(1)
  })
})
