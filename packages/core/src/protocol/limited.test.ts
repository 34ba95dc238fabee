import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { limited } from './limited.ts'

const ANSWER: Answer = { status: 200, headers: new Headers(), json: {}, form: 'json', ambiguity: () => undefined }

/** A provider that answers when it is told to, well or not. */
function hanging() {
  const waiting: ((how: 'answer' | 'fail') => void)[] = []
  const call = limited(
    () =>
      new Promise((resolve, reject) => {
        waiting.push((how) => (how === 'answer' ? resolve(ANSWER) : reject(new Error('reset'))))
      }),
    'slow',
    2,
  )
  return { call, waiting }
}

describe('calls to a provider that hangs', () => {
  it('beyond the bound are refused at once, with a time to come back', async () => {
    const { call, waiting } = hanging()
    const first = [call('https://slow.example/'), call('https://slow.example/')]
    await expect(call('https://slow.example/')).rejects.toMatchObject({
      code: 'provider_unavailable',
      provider: 'slow',
      retryAfter: 1,
    })
    expect(waiting).toHaveLength(2)
    for (const settle of waiting) settle('answer')
    await expect(Promise.all(first)).resolves.toEqual([ANSWER, ANSWER])
  })

  it('make room when they are over, also when they fail', async () => {
    const { call, waiting } = hanging()
    for (let round = 0; round < 5; round += 1) {
      const pair = [call('https://slow.example/'), call('https://slow.example/')]
      for (const settle of waiting.splice(0)) settle('fail')
      expect((await Promise.allSettled(pair)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    }
  })
})
