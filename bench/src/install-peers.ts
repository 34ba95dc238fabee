import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

const PEERS = fileURLToPath(new URL('../peers/', import.meta.url))

/** Installs the peers' own workspace, exactly as its lock file says. Takes a moment when that has been done before. */
export function installPeers(): void {
  if (!existsSync(`${PEERS}node_modules`)) process.stderr.write('Installing the peers, once …\n')
  run('npx', ['--yes', 'pnpm@12', 'install', '--dir', PEERS, '--frozen-lockfile', '--silent'], PEERS)
}
