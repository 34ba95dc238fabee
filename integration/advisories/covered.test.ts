import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Advisory } from './advisory.ts'
import { NOT_OURS } from './not-ours.ts'
import { HEADERS, PATHS } from './paths-and-headers.ts'
import { problemsOfIds, problemsOfTests } from './problems.ts'
import { PUBLISHED } from './published.ts'
import { REDIRECTS, SIGN_IN } from './redirects-and-sign-in.ts'
import { SESSIONS, TOKENS } from './sessions-and-tokens.ts'

// Published weaknesses of projects like ours, by their ids, each with the tests that try it on us. When a test is
// renamed, moved or removed, this says what nobody tries any more.

const ROOT = new URL('../../', import.meta.url)
const FILES = globSync(['integration/*/*.test.ts', 'packages/*/{src,test}/**/*.test.ts'], { cwd: ROOT })
const ADVISORIES = [...PATHS, ...HEADERS, ...REDIRECTS, ...SIGN_IN, ...SESSIONS, ...TOKENS]

const read = (file: string): string | undefined =>
  FILES.includes(file) ? readFileSync(new URL(file, ROOT), 'utf8') : undefined

describe('a published weakness', () => {
  it.each(ADVISORIES.map((advisory) => [advisory.ids.join(', '), advisory.attack, advisory] as const))(
    'is tried here: %s: %s',
    (_ids, _attack, advisory) => expect(problemsOfTests(advisory, read)).toEqual([]),
  )

  it('is in the index once, and nothing else is', () => {
    expect(problemsOfIds({ published: PUBLISHED, advisories: ADVISORIES, notOurs: NOT_OURS })).toEqual([])
  })
})

describe('what this check has to notice', () => {
  const FILE = 'integration/some/door.test.ts'
  const text = ["// it('is open', …", " it('is shut (A-1)', …", " it('is shut too (A-1)', …"].join('\n')
  const about = (triedBy: Advisory['triedBy'], id = 'CVE-1') => ({ ids: [id], attack: 'a door', triedBy }) as const
  const problems = (triedBy: Advisory['triedBy']) =>
    problemsOfTests(about(triedBy), (file) => (file === FILE ? text : undefined))

  it.each<[string, Advisory['triedBy'], RegExp]>([
    [
      'a title that is gone',
      { [FILE]: ['is shut (A-2)'] },
      /no title in .*door.* says "is shut \(A-2\)": name the test/,
    ],
    ['a title that only a comment holds', { [FILE]: ['is open'] }, /no title in/],
    ['a part of two titles', { [FILE]: ['(A-1)'] }, /2 titles in .* say "\(A-1\)": quote enough/],
    [
      'a file that is gone',
      { 'integration/some/gate.test.ts': ['is shut (A-1)'] },
      /gate\.test\.ts is no test file here/,
    ],
    ['a file that holds no tests', { 'integration/stage.ts': ['signIn'] }, /is no test file here: name one/],
    ['no test at all', {}, /CVE-1 names no test: write one/],
  ])('is %s', (_, triedBy, problem) => {
    expect(problems(triedBy)).toEqual([expect.stringMatching(problem)])
    expect(problems({ [FILE]: ['is shut (A-1)'] })).toEqual([])
  })

  it('is an id that has no entry, two entries, or was never published', () => {
    const advisories = ['CVE-1', 'CVE-2', 'CVE-9'].map((id) => about({}, id))
    const notOurs = [{ ids: ['CVE-2'], why: 'There is no door.' }] as const
    expect(problemsOfIds({ published: [['CVE-1', 'CVE-2'], ['CVE-3']], advisories, notOurs })).toEqual([
      expect.stringMatching(/^CVE-3 is published and has no entry: name a test/),
      expect.stringMatching(/^CVE-9 is not in published\.ts: correct the id/),
      expect.stringMatching(/^CVE-2 is named twice: keep one/),
    ])
  })
})
