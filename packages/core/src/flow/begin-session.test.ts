import { describe, expect, it } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { json } from '../../test/local-server.ts'
import { hooked } from '../../test/processes.ts'
import { jsonOf } from '../../test/reply.ts'
import { type Stage, setStage } from '../../test/stage.ts'
import { GatewayError } from '../error.ts'
import type { SessionSummary } from '../session/summary.ts'
import { memoryStore } from '../store/memory.ts'

interface Tried {
  readonly browser: Browser
  readonly status: number
  /** What the store has of the user afterwards. */
  readonly left: readonly SessionSummary[]
}

/** Signs a new user in, again and again, and each time the store fails the next of its operations on the way. */
async function* failingSignIns(browserOf: (stage: Stage) => Browser | Promise<Browser>): AsyncGenerator<Tried> {
  let operations = 0
  let failing = 0
  const store = hooked(memoryStore(), () => {
    operations += 1
    if (operations === failing) throw new GatewayError('store_unavailable')
  })
  const stage = await setStage({ gateway: { store, session: { limit: { perUser: 1, beyond: 'refuse' } } } })
  for (let operation = 1, wasReached = true; wasReached; operation += 1) {
    const user = { provider: 'a', subject: `user ${operation}` }
    stage.server.on('/me', json(200, { id: user.subject }))
    const browser = await browserOf(stage)
    const callback = stage.callbackFor(await browser.goToProvider())
    operations = 0
    failing = operation
    const { status } = await browser.open(callback)
    wasReached = operations >= operation
    failing = 0
    yield { browser, status, left: await stage.gateway.sessions.list(user) }
  }
  await stage.close()
}

describe('a sign-in that the store fails', () => {
  it('leaves no session behind: not in lists, nor in the way of the next', async () => {
    const statuses: number[] = []
    for await (const { status, left } of failingSignIns((stage) => stage.browser())) {
      statuses.push(status)
      expect(left).toHaveLength(status === 303 ? 1 : 0)
    }
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(5)
    expect(statuses.at(-1)).toBe(303)
  })

  it('leaves the browser the session that it had, and no other', async () => {
    for await (const { browser, left } of failingSignIns((stage) => stage.signedIn())) {
      expect(left).toHaveLength(1)
      const list = jsonOf(await browser.open('/auth/sessions'))
      expect(list).toMatchObject({ sessions: [{ id: left[0]?.id, current: true }] })
    }
  })
})
