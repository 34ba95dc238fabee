import { describe, expect, it } from 'vitest'
import { type Crash, judged, type RaceCourse } from './report.ts'

const SMOOTH: RaceCourse = { requests: 10, presentations: [], failures: [], lostSessions: [], crashes: [] }

function crashed(at: Crash['at']): Crash {
  return { expiry: 2, at, process: 1, session: 0, token: 'held' }
}

function problemsOf(course: Partial<RaceCourse>): readonly string[] {
  return judged({ ...SMOOTH, ...course }).problems
}

describe('a race', () => {
  it('in which every token was presented once has no problems', () => {
    expect(problemsOf({ presentations: [{ token: 'a', session: 0, times: 1 }] })).toEqual([])
  })

  it('has one for each token that was presented again, each session that was lost, each kind of failure', () => {
    expect(
      problemsOf({
        presentations: [{ token: 'a', session: 3, times: 2 }],
        lostSessions: [{ expiry: 4, session: 3 }],
        failures: [
          { expiry: 4, process: 0, session: 3, reason: '401 sign_in_required' },
          { expiry: 4, process: 1, session: 3, reason: '401 sign_in_required' },
          { expiry: 5, process: 1, session: 1, reason: 'the token of another session' },
        ],
      }),
    ).toEqual([
      'A refresh token of session 3 was presented 2 times.',
      '2 requests failed at expiry 4: 401 sign_in_required.',
      '1 request failed at expiry 5: the token of another session.',
      'Session 3 was signed out at expiry 4.',
    ])
  })
})

describe('a process that was killed', () => {
  it('may let down its own clients, at that time, and no others', () => {
    const crashes = [crashed('before')]
    const failure = { expiry: 2, process: 1, session: 3, reason: 'socket hang up' }
    expect(problemsOf({ crashes, failures: [failure] })).toEqual([])
    expect(problemsOf({ crashes, failures: [{ ...failure, process: 0 }] })).toHaveLength(1)
    expect(problemsOf({ crashes, failures: [{ ...failure, expiry: 3 }] })).toHaveLength(1)
  })

  it.each([
    ['before', 1],
    ['during', 2],
    ['after', 2],
  ] as const)('%s the answer leaves a token that may be presented %i times', (at, times) => {
    const presented = (token: string, often: number) => ({ token, session: 0, times: often })
    const crashes = [crashed(at)]
    expect(problemsOf({ crashes, presentations: [presented('held', times)] })).toEqual([])
    expect(problemsOf({ crashes, presentations: [presented('held', times + 1)] })).toHaveLength(1)
    expect(problemsOf({ crashes, presentations: [presented('another', 2)] })).toHaveLength(1)
  })

  it.each([
    ['before', 2],
    ['during', 2],
    ['after', 0],
  ] as const)('%s the answer costs so many sessions too many: %s', (at, problems) => {
    const crashes = [crashed(at)]
    const course = {
      crashes,
      lostSessions: [{ expiry: 2, session: 0 }],
      failures: [{ expiry: 2, process: 0, session: 0, reason: '401 sign_in_required' }],
    }
    expect(problemsOf(course)).toHaveLength(problems)
    expect(problemsOf({ crashes, lostSessions: [{ expiry: 2, session: 1 }] })).toHaveLength(1)
  })
})
