import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './run.mjs'
import { catalogRange, publicPackages, readManifest, workspacePackages } from './workspace.mjs'

const settings = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')

describe('the workspace', () => {
  it('runs its scripts on the Node that it names in both places', () => {
    const pinned = readManifest(root).devDependencies?.node
    expect(`v${pinned}`).toBe(process.version)
    expect(settings).toContain(`\nnodeVersion: ${pinned}\n`)
  })

  it('takes every version from the catalog, so that two packages never test with two', () => {
    const foreign = workspacePackages().flatMap(({ path, manifest }) =>
      Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
        .filter(([, range]) => range !== 'catalog:' && range !== 'workspace:^')
        .map(([name, range]) => `${path}: ${name} ${range}`),
    )
    expect(foreign).toEqual([])
    expect(catalogRange('typescript')).toMatch(/^\d/)
  })

  it('offers every entry as source, types and module, in that order', () => {
    for (const { manifest } of publicPackages()) {
      for (const [entry, conditions] of Object.entries(manifest.exports ?? {})) {
        if (entry !== './package.json') expect(Object.keys(conditions)).toEqual(['source', 'types', 'default'])
      }
    }
  })
})
