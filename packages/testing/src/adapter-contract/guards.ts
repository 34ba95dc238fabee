import assert from 'node:assert/strict'
import { NAVIGATION, SCRIPT } from './browser.ts'
import { expectReply } from './expect-reply.ts'
import type { Verdict } from './observed-gateway.ts'
import type { RawRequest } from './raw-request.ts'
import { headerLines, type RawResponse } from './raw-response.ts'
import { onStage, type Stage } from './stage.ts'

/** Guards: what they let through, what they answer, and that nothing passes when they fail. */
export const guards = [
  onStage('sends a person who opens a guarded page to sign in, and back to it afterwards', async (stage) => {
    const target = '/guarded?a=%E2%9C%93&b=1+2'
    const response = await expectDenial(stage, { target, headers: NAVIGATION })
    assert.equal(response.status, 303)
    const location = new URL(headerLines(response, 'location')[0] ?? '')
    assert.equal(location.searchParams.get('return_to'), target)
  }),

  onStage('answers a script with 401 and no redirect', async (stage) => {
    for (const headers of [SCRIPT, [['X-Requested-With', 'XMLHttpRequest']] as const, []]) {
      const response = await expectDenial(stage, { target: '/guarded', headers })
      assert.equal(response.status, 401)
      assert.deepEqual(headerLines(response, 'location'), [])
    }
  }),

  onStage('guards HEAD, OPTIONS and POST like GET', async (stage) => {
    for (const method of ['HEAD', 'OPTIONS', 'POST']) {
      const response = await expectDenial(stage, { method, target: '/guarded', headers: SCRIPT })
      assert.equal(response.status, 401)
    }
  }),

  onStage('lets a signed-in user through, once for each request', async (stage) => {
    const browser = await stage.signedIn('ann')
    const response = await browser.send({ target: '/guarded/whoami', headers: NAVIGATION })
    assert.equal(response.body, 'ann')
    assert.deepEqual(stage.ran, ['/guarded/whoami'])
    assert.equal(stage.observed.visits.length, 1, 'the guard and the handler share one visit')
  }),

  onStage('asks for what the route requires, and not only for a session', async (stage) => {
    const browser = await stage.signedIn('ann')
    const other = await browser.send({ target: '/guarded/other', headers: SCRIPT })
    assert.equal(other.status, 401)
    for (const request of [
      { method: 'POST', headers: FROM_ANOTHER_SITE },
      { method: 'GET', headers: [...FROM_ANOTHER_SITE, ['Upgrade', 'websocket']] as const },
    ]) {
      const crossSite = await browser.send({ target: '/guarded', ...request })
      assert.equal(crossSite.status, 403)
    }
    assert.deepEqual(stage.ran, [])
  }),

  onStage('denies when the question of the application fails', async (stage) => {
    const browser = await stage.signedIn('ann')
    const response = await browser.send({ target: '/guarded/failing', headers: SCRIPT })
    assert.equal(response.status, 403)
    assert.deepEqual(stage.ran, [])
  }),

  onStage('denies when a guard throws or rejects', async (stage) => {
    const browser = await stage.signedIn('ann')
    const failures: readonly (() => Verdict)[] = [
      () => {
        throw new Error('a guard that throws')
      },
      () => Promise.reject(new Error('a guard that rejects')),
    ]
    for (const fail of failures) {
      stage.disturbance.guard = fail
      const response = await browser.send({ target: '/guarded', headers: SCRIPT })
      assert.ok(response.status >= 400, `a guard that fails is no ${response.status}`)
    }
    assert.deepEqual(stage.ran, [])
  }),

  onStage('waits for a guard that takes its time', async (stage) => {
    stage.disturbance.guard = async (decide) => {
      await new Promise((resolve) => setImmediate(resolve))
      return decide()
    }
    await expectDenial(stage, { target: '/guarded', headers: NAVIGATION })
    const browser = await stage.signedIn('ann')
    assert.equal((await browser.send({ target: '/guarded', headers: SCRIPT })).body, '/guarded')
    assert.deepEqual(stage.ran, ['/guarded'])
  }),
]

const FROM_ANOTHER_SITE = [
  ['Origin', 'https://evil.example'],
  ['Sec-Fetch-Site', 'cross-site'],
] as const

/** Holds the response to what the guard decided, and the handler to not having run. */
async function expectDenial(stage: Stage, request: RawRequest): Promise<RawResponse> {
  const before = stage.observed.guarded.length
  const response = await stage.send(request)
  assert.equal(stage.observed.guarded.length, before + 1, 'the guard is asked once')
  const decision = await stage.observed.guarded.at(-1)?.decision
  assert.ok(decision !== undefined)
  expectReply(response, decision, { method: request.method ?? 'GET', earlierCookie: stage.earlierCookie })
  assert.equal(stage.observed.guarded.at(-1)?.request.target, request.target)
  assert.deepEqual(stage.ran, [])
  return response
}
