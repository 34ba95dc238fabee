import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { capture, run } from './run.mjs'
import { workspacePackages } from './workspace.mjs'

const TURBO = ['run', 'build', '--output-logs=new-only', '--log-order=grouped']

/** Builds what has changed, in view. */
export function build() {
  return run('turbo', TURBO)
}

/**
 * Builds out of sight; what was printed is shown only when something failed.
 *
 * @param {readonly string[]} [filters] packages to build with all that they need; none means every package
 */
export async function buildQuietly(filters = []) {
  const args = [...TURBO, ...filters.map((name) => `--filter=${name}...`)]
  const { succeeded, output } = await capture('turbo', args)
  if (!succeeded) console.error(output)
  return succeeded
}

/** The compiler never deletes, so a file that was renamed would be published under both names. */
export function clean() {
  for (const { directory } of workspacePackages()) rmSync(join(directory, 'dist'), { recursive: true, force: true })
}

if (import.meta.filename === process.argv[1]) process.exitCode = (await build()) ? 0 : 1
