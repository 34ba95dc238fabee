import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capture, root } from '../run.mjs'
import { workspacePackages } from '../workspace.mjs'

const REFUSED_IMPORTS = [
  ['the protocol library outside protocol/', 'packages/core/src/flow', 'openid-client', 'protocol/ folder'],
  ['jose outside protocol/', 'packages/core/src/session', 'jose', 'protocol/ folder'],
  ['a Node module in core', 'packages/core/src/http', 'node:http', 'Core runs without a server'],
  ['a Node module in protocol/', 'packages/core/src/protocol', 'node:fs/promises', 'Core runs without a server'],
  ['a framework in core', 'packages/core/src/guard', 'fastify', 'Core knows no framework'],
  ['a source file of another package', 'packages/koa/src', '@postern/core/src/http/cookie.ts', 'public entry point'],
  ['a built file of another package', 'integration', '@postern/node/dist/body.js', 'public entry point'],
  ['the OAuth wire in an adapter', 'packages/fastify/src', 'openid-client', 'Adapters speak HTTP'],
  ['the OAuth wire beside an adapter', 'packages/node/src', 'jose', 'Adapters speak HTTP'],
  ['what no manifest declares', 'packages/providers/src', 'left-pad', "isn't specified"],
] as const

const REFUSED_CODE = [
  ['any', 'any.ts', 'export const a: any = 1', 'noExplicitAny'],
  ['a non-null assertion', 'bang.ts', 'export const a = (b: string | undefined) => b!.length', 'noNonNullAssertion'],
  ['a default export', 'default.ts', 'export default 1', 'noDefaultExport'],
  ['the console', 'console.ts', "export const a = () => console.log('a')", 'noConsole'],
  ['the environment', 'environment.ts', 'export const a = process.env.HOME', 'noProcessEnv'],
  [
    'a promise nobody awaits',
    'floating.ts',
    'const a = async () => 1\nexport const b = () => {\n  a()\n}',
    'noFloating',
  ],
  ['a skipped test', 'skip.test.ts', "import { it } from 'vitest'\nit.skip('a', () => {})", 'noSkippedTests'],
  [
    'a test that silences others',
    'only.test.ts',
    "import { it } from 'vitest'\nit.only('a', () => {})",
    'noFocusedTests',
  ],
] as const

const ACCEPTED_IMPORTS = [
  ['the protocol library in protocol/', 'packages/core/src/protocol/good.ts', 'openid-client'],
  ['node:crypto in core', 'packages/core/src/crypto/good.ts', 'node:crypto'],
  ['any Node module in a test of core', 'packages/core/src/http/good.test.ts', 'node:http'],
  ['a public entry', 'packages/fastify/src/good.ts', '@postern/node'],
  ['a preset', 'apps/demo/src/good.ts', '@postern/providers/anilist'],
] as const

/** A copy of the workspace that holds nothing but its manifests, its lint rules and the files written below. */
const scratch = mkdtempSync(join(tmpdir(), 'postern-lint-'))
let diagnostics: readonly string[] = []

beforeAll(async () => {
  cpSync(join(root, 'biome.json'), join(scratch, 'biome.json'))
  for (const { path } of workspacePackages())
    cpSync(join(root, path, 'package.json'), join(scratch, path, 'package.json'))
  for (const [, folder, module] of REFUSED_IMPORTS) write(`${folder}/bad-${slug(module)}.ts`, importOf(module))
  for (const [, file, code] of REFUSED_CODE) write(`packages/node/src/${file}`, code)
  for (const [, path, module] of ACCEPTED_IMPORTS) write(path, importOf(module))
  const biome = join(root, 'node_modules/.bin/biome')
  const flags = ['--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none']
  const { output } = await capture(biome, ['lint', ...flags, '.'], { cwd: scratch })
  diagnostics = output.split('\n')
})

afterAll(() => rmSync(scratch, { recursive: true }))

describe('the linter refuses, and says why', () => {
  it.each(REFUSED_IMPORTS)('%s', (_what, folder, module, reason) => {
    expect(saidOf(`${folder}/bad-${slug(module)}.ts`)).toContain(reason)
  })

  it.each(REFUSED_CODE)('%s', (_what, file, _code, rule) => {
    expect(saidOf(`packages/node/src/${file}`)).toContain(rule)
  })
})

describe('the linter accepts', () => {
  it.each(ACCEPTED_IMPORTS)('%s', (_what, path) => {
    expect(saidOf(path)).toBe('')
  })
})

function saidOf(path: string): string {
  return diagnostics.filter((line) => line.includes(`/${path},`)).join('\n')
}

function write(path: string, code: string): void {
  mkdirSync(dirname(join(scratch, path)), { recursive: true })
  writeFileSync(join(scratch, path), `${code}\n`)
}

function importOf(module: string): string {
  return `import * as it from '${module}'\n\nexport const a = it`
}

function slug(module: string): string {
  return module.replace(/\W+/g, '-')
}
