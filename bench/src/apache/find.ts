import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { tellsCpuTimes } from './cpu-time.ts'

/** Apache with mod_auth_openidc, as this machine has it. */
export interface Apache {
  readonly type: 'present'
  readonly program: string
  /** Folder of its modules. */
  readonly modules: string
}

export interface Absent {
  readonly type: 'absent'
  readonly reason: string
}

const PROGRAMS = ['apache2', 'httpd']
const MODULE = 'mod_auth_openidc.so'

// Debian keeps servers where only root looks.
const PROGRAM_FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
const MODULE_FOLDERS = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules', '/usr/lib/httpd/modules']

/** Looks for the program, and for the module where Apache says that it is at home, or where distributions keep it. */
export function findApache(programFolders = PROGRAM_FOLDERS, moduleFolders = MODULE_FOLDERS): Apache | Absent {
  const program = programFolders
    .flatMap((folder) => PROGRAMS.map((name) => join(folder, name)))
    .find((file) => isExecutable(file))
  if (program === undefined)
    return { type: 'absent', reason: `neither ${PROGRAMS.join(' nor ')} is on the PATH, nor in /usr/sbin` }
  const folders = [...homeOf(program).map((home) => join(home, 'modules')), ...moduleFolders]
  const modules = folders.find((folder) => existsSync(join(folder, MODULE)))
  if (modules === undefined) return { type: 'absent', reason: `${MODULE} is in neither ${folders.join(' nor ')}` }
  return { type: 'present', program, modules }
}

/** Why Apache cannot be measured here; `undefined` where it can. */
export function whyWithoutApache(): string | undefined {
  if (!tellsCpuTimes()) return 'this system has no /proc/PID/schedstat, which tells the CPU time of its processes'
  const apache = findApache()
  return apache.type === 'absent' ? apache.reason : undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function homeOf(program: string): readonly string[] {
  // Debian's complains of its own configuration then, which only its start script can read: after it has said this.
  const { stdout } = spawnSync(program, ['-V'], { encoding: 'utf8' })
  const home = /HTTPD_ROOT="([^"]+)"/.exec(stdout)?.[1]
  return home === undefined ? [] : [home]
}
