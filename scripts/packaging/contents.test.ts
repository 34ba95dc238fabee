import { describe, expect, it } from 'vitest'
import { contentProblems } from './contents.mjs'

const GOOD: Readonly<Record<string, string>> = {
  'package.json': '',
  'README.md': '# A package',
  LICENSE: 'MIT',
  'src/index.ts': "import { request } from 'undici'\nexport { a } from './a.ts'\n",
  'src/a.ts': 'export const a = 1\n',
  'dist/index.js': "import { request } from 'undici'\nexport { a } from './a.js'\n",
  'dist/index.js.map': '{"sources":["../src/index.ts"]}',
  'dist/index.d.ts': "export { a } from './a.ts'\n",
  'dist/index.d.ts.map': '{"sources":["../src/index.ts"]}',
  'dist/a.js': 'export const a = 1\n',
  'dist/a.js.map': '{"sources":["../src/a.ts"]}',
  'dist/a.d.ts': 'export declare const a = 1\n',
  'dist/a.d.ts.map': '{"sources":["../src/a.ts"]}',
}

const MANIFEST = {
  name: '@postern/a',
  version: '0.1.0',
  exports: { '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { undici: '^8.0.0' },
}

function problems({ without = '', files = {}, manifest = {} }: Change): string[] {
  const all: Record<string, string> = { ...GOOD, ...files }
  delete all[without]
  return contentProblems({
    manifest: { ...MANIFEST, ...manifest },
    files: Object.keys(all),
    read: (file) => all[file] ?? '',
  })
}

interface Change {
  readonly without?: string
  readonly files?: Readonly<Record<string, string>>
  readonly manifest?: Partial<typeof MANIFEST>
}

describe('a package as it would be published', () => {
  it('is accepted when everything is in its place', () => {
    expect(problems({})).toEqual([])
  })

  it('needs a README and a licence', () => {
    expect(problems({ without: 'README.md' })).toEqual(['README.md is missing'])
    expect(problems({ without: 'LICENSE' })).toEqual(['LICENSE is missing'])
  })

  it.each(['src/a.test.ts', 'dist/a.test.js', 'src/a.test-d.ts', 'test/a.ts', '.env', 'dist/.tsbuildinfo'])(
    'may not contain %s',
    (file) => {
      expect(problems({ files: { [file]: '' } })).toContain(`${file} should not be published`)
    },
  )

  it('may not leak a `source` condition that points at nothing', () => {
    const found = problems({ without: 'src/index.ts' })
    expect(found).toContain('exports["."].source points at ./src/index.ts, which is not packed')
  })

  it('may not have a source that imports a file left out', () => {
    expect(problems({ without: 'src/a.ts' })).toContain(
      'src/index.ts:2 imports ./a.ts, which is neither packed nor a dependency',
    )
  })

  it.each(['workspace:^', 'catalog:', 'link:../b', 'file:b.tgz'])('may not depend on %s', (range) => {
    expect(problems({ manifest: { dependencies: { undici: range } } })).toEqual([`undici is still "${range}"`])
  })

  it('needs types for every module, and a map for every type', () => {
    expect(problems({ without: 'dist/a.d.ts.map' })).toEqual(['dist/a.d.ts.map is missing'])
    expect(problems({ without: 'dist/a.d.ts' })).toContain('dist/a.d.ts is missing')
  })

  it('needs the sources that its maps point at', () => {
    expect(problems({ files: { 'dist/a.d.ts.map': '{"sources":["../src/gone.ts"]}' } })).toEqual([
      'dist/a.d.ts.map points at src/gone.ts, which is not packed',
    ])
  })

  it('may only import what the person who installs it gets, types included', () => {
    const typeOnly = { 'dist/a.d.ts': "import type { Context } from 'koa'\n" }
    expect(problems({ files: typeOnly })).toEqual([
      'dist/a.d.ts:1 imports koa, which is neither packed nor a dependency',
    ])
  })
})
