import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../run.mjs'
import { deadLinks } from './links.mjs'
import { anchorsOf, codeBlocksOf, linksOf } from './markdown.mjs'
import { compileSnippets } from './snippets.mjs'

let scratch = ''

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-documents-'))
})

afterEach(() => rmSync(scratch, { recursive: true }))

describe('links', () => {
  it('that lead nowhere are named with their line', () => {
    write('README.md', '# Title', '', 'See [the flow](docs/flow.md) and [errors](docs/errors.md).')
    write('docs/flow.md', '# Flow')
    expect(deadLinks(scratch, 'README.md')).toEqual(['README.md:3  docs/errors.md: there is no such file'])
  })

  it('to a heading need that heading, in this document or in another', () => {
    write(
      'docs/flow.md',
      '# The flow',
      '',
      '[a](#the-flow) [b](#nothing) [c](errors.md#gone) [d](errors.md#state-in-use)',
    )
    write('docs/errors.md', '## `state` in use')
    expect(deadLinks(scratch, 'docs/flow.md')).toEqual([
      'docs/flow.md:3  #nothing: there is no such heading',
      'docs/flow.md:3  errors.md#gone: there is no such heading',
    ])
  })

  it('may not leave the repository', () => {
    write('README.md', '[out](../other/README.md) [host](/docs/flow.md)')
    expect(deadLinks(scratch, 'README.md')).toHaveLength(2)
  })

  it('to other places, and those in code, are left alone', () => {
    write(
      'README.md',
      '[a](https://example.com/gone) [m](mailto:a@example.com) `[b](gone.md)`',
      '```md',
      '[c](gone.md)',
      '```',
    )
    expect(deadLinks(scratch, 'README.md')).toEqual([])
  })

  it('are found in images, references and markup as well', () => {
    const markdown = '![x](a.svg "title")\n[y]: b.md\n<a href="c.md">z</a>\n<img alt="" src="d.svg">'
    expect(linksOf(markdown).map(({ target }) => target)).toEqual(['a.svg', 'b.md', 'c.md', 'd.svg'])
  })
})

describe('anchors', () => {
  it('are spelled as hosts spell them, and numbered when they repeat', () => {
    const markdown = '# `GET /auth/login`\n## Sign-in, *step* by step\n## Notes\n## Notes\n<a id="own"></a>'
    expect([...anchorsOf(markdown)]).toEqual(['get-authlogin', 'sign-in-step-by-step', 'notes', 'notes-1', 'own'])
  })
})

describe('code blocks', () => {
  it('keep their line and what their fence says', () => {
    const markdown = 'a\n\n```ts fragment\nconst a = 1\n```\n\n````md\n```ts\n```\n````'
    expect(codeBlocksOf(markdown)).toEqual([
      { info: 'ts fragment', line: 4, code: 'const a = 1' },
      { info: 'md', line: 8, code: '```ts\n```' },
    ])
  })

  it('that do not compile are named at the line of the document', async () => {
    write('README.md', '# Title', '', '```ts', 'export const a = 1', 'export const b: string = a', '```')
    const { compiled, errors } = await compileSnippets(scratch, 'README.md', scratch)
    expect(compiled).toBe(1)
    expect(errors.join()).toContain("README.md (line-4.ts) (5,14): error TS2322: Type 'number' is not assignable")
  })

  it('can import one another by the name in their first line', async () => {
    write(
      'README.md',
      '```ts',
      '// a.ts',
      'export const a = 1',
      '```',
      '```ts',
      "import { a } from './a.ts'",
      'a.toFixed()',
      '```',
    )
    expect(await compileSnippets(scratch, 'README.md', scratch)).toEqual({ compiled: 2, fragments: 0, errors: [] })
  })

  it('marked as fragments are counted and not compiled', async () => {
    write('README.md', '```ts fragment', 'createGateway({ … })', '```')
    expect(await compileSnippets(scratch, 'README.md', scratch)).toEqual({ compiled: 0, fragments: 1, errors: [] })
  })

  it('of TypeScript under any other mark are refused, for nobody would check them', async () => {
    write('README.md', '```typescript', 'nonsense', '```')
    const { errors } = await compileSnippets(scratch, 'README.md', scratch)
    expect(errors).toEqual(['README.md:1  "typescript": mark it "ts" or "ts fragment"'])
  })
})

function write(path: string, ...lines: readonly string[]): void {
  mkdirSync(dirname(join(scratch, path)), { recursive: true })
  writeFileSync(join(scratch, path), `${lines.join('\n')}\n`)
  writeFileSync(
    join(scratch, 'tsconfig.base.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions: { types: [] } }),
  )
}
