import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Framework } from '../contestant/entrant.ts'
import { PEERS } from '../contestant/peer.ts'
import { run } from '../run.ts'
import type { Project } from './project.ts'

/** A project, and the bare framework that it is compared with. */
export interface Measured extends Project {
  readonly framework: Framework
  readonly who: 'bare' | 'postern' | 'peer'
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PEER_FOLDER = fileURLToPath(new URL('../../peers/', import.meta.url))

/** The adapter, and all of ours that it needs: none of them is published yet, so each is named. */
const OURS: Readonly<Record<'fastify' | 'koa' | 'node', readonly string[]>> = {
  fastify: ['core', 'node', 'fastify'],
  koa: ['core', 'node', 'koa'],
  node: ['core', 'node'],
}

/** Everybody whose installation is looked at. Ours are built and packed into the folder, as publishing would. */
export function projectsIn(folder: string): readonly Measured[] {
  const tarballs = packOurs(folder)
  const frameworks = {
    fastify: dependenciesOf('fastify-session', 'fastify'),
    koa: dependenciesOf('koa-grant', 'koa'),
    node: {},
  }
  const own = (['node', 'fastify', 'koa'] as const).flatMap((framework): readonly Measured[] => {
    const bare = frameworks[framework]
    const ours = Object.fromEntries(OURS[framework].map((name) => [`@postern/${name}`, `file:${tarballs(name)}`]))
    return [
      { name: `floor-${framework}`, framework, who: 'bare', dependencies: bare },
      {
        name: `postern-${framework}`,
        framework,
        who: 'postern',
        dependencies: { ...bare, ...ours },
      },
    ]
  })
  const foreign = (['express', 'hono'] as const).map((framework): Measured => {
    const name = `floor-${framework}`
    return { name, framework, who: 'bare', dependencies: dependenciesOf(name) }
  })
  const peers = Object.values(PEERS).map(({ framework, program: { folder: name } }): Measured => {
    return { name, framework, who: 'peer', dependencies: dependenciesOf(name) }
  })
  return [...own, ...foreign, ...peers]
}

function packOurs(folder: string): (name: string) => string {
  // In this order: each is built on those before it.
  for (const name of ['core', 'node', 'fastify', 'koa']) {
    const directory = join(ROOT, 'packages', name)
    // The compiler never deletes, so a file that was renamed would be packed under both names.
    rmSync(join(directory, 'dist'), { recursive: true, force: true })
    run('npx', ['--yes', 'pnpm@12', 'run', 'build'], directory)
    run('npx', ['--yes', 'pnpm@12', 'pack', '--out', join(folder, `${name}.tgz`)], directory)
  }
  return (name) => join(folder, `${name}.tgz`)
}

/** What a peer's `package.json` pins; of that, only this name, if one is given. */
function dependenciesOf(folder: string, only?: string): Readonly<Record<string, string>> {
  // It is ours, and has this field.
  const manifest = JSON.parse(readFileSync(join(PEER_FOLDER, folder, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  return Object.fromEntries(
    Object.entries(manifest.dependencies).filter(([name]) => only === undefined || name === only),
  )
}
