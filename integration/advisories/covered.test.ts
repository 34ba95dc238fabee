import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NOT_OURS } from './not-ours.ts'
import { HEADERS, PATHS } from './paths-and-headers.ts'
import { REDIRECTS, SIGN_IN } from './redirects-and-sign-in.ts'
import { SESSIONS, TOKENS } from './sessions-and-tokens.ts'

// Published weaknesses of projects like ours, by their ids, each with the tests that try it on us. When a test is
// renamed or removed, this says what nobody tries any more.

const ROOT = new URL('../../', import.meta.url)
const FILES = globSync(['integration/*/*.test.ts', 'packages/*/{src,test}/**/*.test.ts'], { cwd: ROOT })
  .filter((file) => !file.startsWith('integration/advisories/'))
  .map((file) => readFileSync(new URL(file, ROOT), 'utf8'))

const ADVISORIES = [...PATHS, ...HEADERS, ...REDIRECTS, ...SIGN_IN, ...SESSIONS, ...TOKENS]

describe('a published weakness', () => {
  it.each(ADVISORIES.map(({ ids, attack, triedBy }) => [ids.join(', '), attack, triedBy] as const))(
    'is tried here: %s: %s',
    (_ids, _attack, triedBy) => {
      const forgotten = triedBy.filter((title) => !FILES.some((text) => text.includes(title)))
      expect(forgotten).toEqual([])
    },
  )

  it('is named once', () => {
    const ids = [...ADVISORIES, ...NOT_OURS].flatMap((entry) => entry.ids)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })
})
