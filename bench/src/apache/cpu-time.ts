import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Whether this system tells CPU times of other processes, and finely enough. Linux does. */
export function tellsCpuTimes(): boolean {
  return existsSync('/proc/self/schedstat')
}

/**
 * CPU time that a process and its descendants have had, in microseconds: of every thread that is still there.
 *
 * The scheduler counts it in nanoseconds. `stat` beside it says the same in ticks of 10 ms: a tenth of a burst.
 */
export function cpuTimeOfTree(root: number, proc = '/proc'): number {
  const parents = parentsIn(proc)
  const tree = [root]
  // It grows while it is walked.
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  }
  return tree.reduce((sum, pid) => sum + cpuTimeOf(`${proc}/${pid}/task`), 0)
}

function parentsIn(proc: string): ReadonlyMap<number, number> {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name))
  return new Map(pids.flatMap((pid) => parentOf(proc, pid).map((parent) => [Number(pid), parent] as const)))
}

/** Empty when the process has ended meanwhile. */
function parentOf(proc: string, pid: string): readonly number[] {
  try {
    // A program may have parentheses and spaces in its name.
    const parent = /.*\) \S (\d+)/s.exec(readFileSync(`${proc}/${pid}/stat`, 'latin1'))?.[1]
    return parent === undefined ? [] : [Number(parent)]
  } catch {
    return []
  }
}

function cpuTimeOf(threads: string): number {
  const nanoseconds = readdirSync(threads).map((thread) =>
    Number.parseInt(readFileSync(`${threads}/${thread}/schedstat`, 'latin1'), 10),
  )
  return nanoseconds.reduce((sum, time) => sum + time, 0) / 1000
}
