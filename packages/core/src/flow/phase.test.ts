import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode } from '../error.ts'
import { nameCookies } from '../http/cookie-naming.ts'
import { type Phase, TRANSITIONS } from './phase.ts'

const PAGE = readFileSync(new URL('../../../../docs/flow.md', import.meta.url), 'utf8')

describe('the state machine', () => {
  it('is the one that docs/flow.md draws', () => {
    const drawn = /```mermaid\n([\s\S]*?)```/.exec(PAGE)?.[1]
    const edges = Object.entries(TRANSITIONS).flatMap(([from, next]) => next.map((to) => `  ${from} --> ${to}\n`))
    expect(drawn).toBe(`stateDiagram-v2\n  [*] --> anonymous\n${edges.join('')}`)
  })

  it('leads from every phase to a session, and out of none without a person', () => {
    const reachable = (from: Phase, seen = new Set<Phase>()): ReadonlySet<Phase> => {
      for (const to of TRANSITIONS[from]) {
        if (!seen.has(to)) reachable(to, seen.add(to))
      }
      return seen
    }
    for (const phase of Object.keys(TRANSITIONS) as Phase[]) expect(reachable(phase)).toContain('signed_in')
    // What has failed or ended starts again only where a sign-in starts: at its first step.
    expect(TRANSITIONS.failed).toEqual(['requested'])
    expect(TRANSITIONS.signed_out).toEqual(['requested'])
  })
})

describe('docs/flow.md', () => {
  const rows = [...PAGE.matchAll(/^\| \[`(\w+)`\]\(errors\.md#(\w+)\) \| (\d+) \| ([^|]+) \|/gm)]

  it.each(rows.map(([, code, anchor, status, title]) => [code, anchor, status, title]))(
    'says of %s what a person sees',
    (code, anchor, status, title) => {
      const entry = ERRORS[code as ErrorCode]
      expect([anchor, status, title]).toEqual([code, String(entry.status), entry.title])
    },
  )

  it('tells every failure of a sign-in once', () => {
    const codes = rows.map(([, code]) => code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.length).toBeGreaterThan(30)
  })

  it('names the cookies as they are set', () => {
    const { session, transactionPrefix, loop } = nameCookies('https://app.example', 'postern')
    for (const name of [session, transactionPrefix, loop]) expect(PAGE).toContain(`| \`${name}\``)
  })
})
