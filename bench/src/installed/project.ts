import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'

/** Somebody's project, outside of this repository. */
export interface Project {
  readonly name: string
  /** Name and version, or path of a tarball. */
  readonly dependencies: Readonly<Record<string, string>>
}

export interface Installed {
  readonly directory: string
  /** Every package in `node_modules`, with the path that npm gave it. */
  readonly packages: readonly string[]
  /** Octets of all files in `node_modules`. */
  readonly octets: number
}

const QUIET = ['--no-audit', '--no-fund', '--omit=dev', '--prefer-offline', '--loglevel=error']

/** Installs a project with npm, as most people do. Scripts of packages do not run. */
export function install({ name, dependencies }: Project, folder: string): Installed {
  const directory = join(folder, name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  run('npm', ['install', '--ignore-scripts', ...QUIET], directory)
  return { directory, packages: packagesIn(directory), octets: octetsIn(join(directory, 'node_modules')) }
}

function packagesIn(directory: string): readonly string[] {
  const lock = readFileSync(join(directory, 'package-lock.json'), 'utf8')
  // npm writes it so.
  const { packages } = JSON.parse(lock) as { readonly packages: Readonly<Record<string, unknown>> }
  return Object.keys(packages).filter((path) => path !== '')
}

function octetsIn(directory: string): number {
  const files = globSync('**/*', { cwd: directory, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}
