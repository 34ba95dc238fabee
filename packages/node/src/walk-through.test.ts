import { readFileSync } from 'node:fs'
import { adapterContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { start } from '../test/walk-through/start.ts'

const page = readFileSync(new URL('../../../docs/writing-an-adapter.md', import.meta.url), 'utf8')

describe('the adapter that docs/writing-an-adapter.md builds', () => {
  it('is the one tested here, line by line', () => {
    for (const name of ['adapter.ts', 'start.ts']) {
      const code = readFileSync(new URL(`../test/walk-through/${name}`, import.meta.url), 'utf8')
      expect(page).toContain(`\`\`\`ts\n// ${name}\n${code.replace('../../src/index.ts', '@postern/node')}\`\`\``)
    }
  })

  for (const { name, run } of adapterContract) it(name, () => run(start))
})
