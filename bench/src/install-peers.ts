import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PEERS = fileURLToPath(new URL('../peers/', import.meta.url))

/** Installs the peers' own workspace, exactly as its lock file says. Takes a moment when that has been done before. */
export function installPeers(): void {
  if (!existsSync(`${PEERS}node_modules`)) process.stdout.write('Installing the peers, once …\n')
  const args = ['--yes', 'pnpm@12', 'install', '--dir', PEERS, '--frozen-lockfile', '--silent']
  const { status, stdout, stderr } = spawnSync('npx', args, { cwd: PEERS, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The peers could not be installed\n${stdout}${stderr}`)
}
