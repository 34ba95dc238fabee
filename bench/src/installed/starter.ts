import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Setting } from '../contestant/contestant.ts'
import { SEALED } from '../scenario/entry.ts'
import type { Starter } from './cold-start.ts'
import type { Installed } from './project.ts'
import type { Measured } from './projects.ts'

const SERVERS = new URL('../../installed/', import.meta.url)
const PEERS = new URL('../../peers/serve.mjs', import.meta.url)
/** Of these there is a server in `bench/installed`; of the others there is one in `bench/peers`. */
const OWN = ['floor-node', 'floor-fastify', 'floor-koa', 'postern-node', 'postern-fastify', 'postern-koa']

/** How to start somebody: ours where it was installed from its packages, peers where the benchmark has them. */
export function starterOf({ name }: Measured, { directory }: Installed): Starter {
  if (!OWN.includes(name)) return { module: PEERS, parameters: (port) => [name, JSON.stringify(settingOf(port))] }
  for (const file of ['serve.mjs', `${name}/server.mjs`]) {
    copyFileSync(fileURLToPath(new URL(file, SERVERS)), join(directory, file.replace(/.*\//, '')))
  }
  return { module: pathToFileURL(join(directory, 'serve.mjs')), parameters: (port) => [String(port)] }
}

/** At a provider that is not there: until somebody signs in, nobody needs it. */
function settingOf(port: number): Setting {
  const provider = { origin: 'http://127.0.0.1:1', clientId: 'bench', clientSecret: 'bench-client-secret' }
  return { ...SEALED, port, provider }
}
