import { redisStore } from '@postern/redis'
import type { Page } from '@postern/testing'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type RedisServer, startRedis } from '../redis-server.ts'
import { ORIGIN, SECRET } from '../stage.ts'
import { type Deployment, deploy, presentedTwice, TOKEN_LIFETIME, type User } from './deployment.ts'

let redis: RedisServer
let deployment: Deployment

beforeEach(async () => {
  const server = await startRedis()
  redis = server
  onTestFinished(() => server.finish(''))
  const openStore = () => redisStore({ url: server.url, commandTimeout: 0.3 })
  deployment = await deploy(2, { secrets: [SECRET], openStore })
})

async function signedIn(place: number): Promise<User> {
  const user = deployment.newUser(place)
  expect((await user.signIn()).status).toBe(200)
  return user
}

/** An outage, and nothing that looks like a signed-out user. */
function expectOutage(page: Page): void {
  expect([503, page.setCookies]).toEqual([page.status, []])
  expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(page.text).not.toContain('"authenticated":false')
}

/** Both processes have their store back. Only somebody with a session can tell. */
async function recovered(...users: readonly User[]): Promise<void> {
  const until = performance.now() + 10_000
  for (const user of users) {
    for (const place of [0, 1]) {
      user.move(place)
      while ((await user.visit()).status === 503 && performance.now() < until) await new Promise(setImmediate)
    }
  }
}

async function expectSession(user: User): Promise<void> {
  for (const place of [0, 1]) {
    user.move(place)
    expect((await user.visit()).json()).toMatchObject({ subject: user.subject })
    expect((await user.useToken()).status).toBe(200)
  }
}

async function expectNobody(user: User): Promise<void> {
  for (const place of [0, 1]) {
    user.move(place)
    expect((await user.visit()).status).toBe(401)
    expect((await user.browser.fetch('/auth/session', { from: ORIGIN })).json()).toEqual({ authenticated: false })
  }
}

describe('a Redis that stops and starts', () => {
  it('signs nobody out and lets nobody back in: in between there is a 503', async () => {
    const [staying, leaving] = [await signedIn(0), await signedIn(1)]
    const copy = leaving.browser.cookies.snapshot()
    await leaving.signOut()
    leaving.browser.cookies.restore(copy)
    const stranger = deployment.newUser(0)

    await redis.stop()
    for (const place of [0, 1]) {
      for (const user of [staying, leaving]) {
        user.move(place)
        expectOutage(await user.visit())
        expectOutage(await user.useToken())
        expectOutage(await user.browser.fetch('/auth/session', { from: ORIGIN }))
        expectOutage(await user.browser.navigate('/members', { redirects: 'manual' }))
      }
    }
    // Who has no cookie is nobody, whatever the store does.
    expect((await stranger.visit()).status).toBe(401)

    await redis.start()
    await recovered(staying)
    await expectSession(staying)
    await expectNobody(leaving)
  })

  it('in the middle of a sign-in makes it fail honestly, and the next one works', async () => {
    const regular = await signedIn(0)
    const user = deployment.newUser(0)
    const finish = await user.beginSignIn()
    await redis.stop()
    expect((await finish()).status).toBe(503)
    expect(user.browser.cookies.all.some(({ name }) => name.includes('session'))).toBe(false)
    await redis.start()
    await recovered(regular)
    const again = await finish()
    // Its code may have been spent. Then it says so, and offers to start again.
    expect([303, 400]).toContain(again.status)
    expect((await user.signIn()).status).toBe(200)
    await expectSession(user)
  })

  it('in the middle of a sign-out leaves the session as it was, or ended: not something in between', async () => {
    const user = await signedIn(0)
    await redis.stop()
    expectOutage(await user.signOut())
    await redis.start()
    await recovered(user)
    await expectSession(user)
    const copy = user.browser.cookies.snapshot()
    expect((await user.signOut()).status).toBe(200)
    user.browser.cookies.restore(copy)
    await expectNobody(user)
  })

  it('in the middle of a refresh costs no session: what the provider gave is written down when it is back', async () => {
    const users: User[] = []
    for (const place of [0, 1, 0, 1]) users.push(await signedIn(place))
    deployment.advance(TOKEN_LIFETIME * 1_000)
    const { promise: stopped, resolve: goOn } = Promise.withResolvers<void>()
    let arrived = 0
    const { promise: allArrived, resolve: allHere } = Promise.withResolvers<void>()
    deployment.provider.change({
      endpoints: {
        token: async (_request, defaultAnswer) => {
          const answer = await defaultAnswer()
          arrived += 1
          if (arrived === users.length) allHere()
          await stopped
          return answer
        },
      },
    })
    const asked = users.map((user) => user.useToken())
    await allArrived
    await redis.stop()
    goOn()
    // The token was won; whether the store can be asked who they are now is another question.
    for (const page of await Promise.all(asked)) expect([200, 503]).toContain(page.status)
    await redis.start()
    await recovered(...users)
    for (const user of users) await expectSession(user)
    expect(presentedTwice(deployment)).toEqual([])
    expect(deployment.events.filter(({ type }) => type === 'session_ended')).toEqual([])
  })

  it('before a refresh keeps the token from being spent', async () => {
    const user = await signedIn(0)
    deployment.advance(TOKEN_LIFETIME * 1_000)
    await redis.stop()
    for (const place of [0, 1, 0]) {
      user.move(place)
      expectOutage(await user.useToken())
    }
    await redis.start()
    await recovered(user)
    await expectSession(user)
    expect(deployment.provider.requestsTo('token')).toHaveLength(2)
  })
})
