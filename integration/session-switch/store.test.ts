import { randomUUID } from 'node:crypto'
import { redisStore } from '@postern/redis'
import type { Page } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyRedis, type Redis } from '../redis-server.ts'
import { SECRET } from '../stage.ts'
import { deploy, presentedTwice, type Settings, TOKEN_LIFETIME, type User } from './deployment.ts'

const family = `switch-${randomUUID()}`
let redis: Redis
let count = 0

beforeAll(async () => {
  redis = await anyRedis()
})
afterAll(() => redis.finish(family))

const SEALED: Settings = { secrets: [SECRET] }

/** Settings with a store that is empty, and the same for every process that gets them. */
function stored(): Settings {
  count += 1
  const prefix = `${family}.${count}`
  return { secrets: [SECRET], openStore: () => redisStore({ url: redis.url, prefix }) }
}

async function expectSession(user: User): Promise<void> {
  expect((await user.visit()).json()).toMatchObject({ subject: user.subject })
  expect((await user.useToken()).status).toBe(200)
}

describe('an application that gets a store while it runs', () => {
  it('signs nobody out, neither while its processes are restarted one by one nor later', async () => {
    const withStore = stored()
    const deployment = await deploy(2, SEALED)
    // Each is sent to one process during the change, as docs/sessions.md says.
    const users = [0, 1, 0, 1, 0, 1].map(deployment.newUser)
    for (const user of users) expect((await user.signIn()).status).toBe(200)

    for (const place of [0, 1]) {
      await deployment.restart(place, withStore)
      await Promise.all(users.map(expectSession))
      deployment.advance(TOKEN_LIFETIME * 1_000)
      // Tokens are due, in cookies here and in the store there.
      await Promise.all(users.flatMap((user) => [expectSession(user), expectSession(user), expectSession(user)]))
    }
    for (const place of [1, 0, 1]) {
      deployment.advance(TOKEN_LIFETIME * 1_000)
      for (const user of users) user.move(place)
      await Promise.all(users.flatMap((user) => [expectSession(user), expectSession(user)]))
    }
    expect(presentedTwice(deployment)).toEqual([])
    expect(deployment.events.filter(({ type }) => type === 'session_ended')).toEqual([])
  })

  it('moves a session once, however many requests and processes see it at the same time', async () => {
    const deployment = await deploy(2, SEALED)
    const user = deployment.newUser(0)
    await user.signIn()
    const sealed = user.browser.cookies.snapshot()
    const withStore = stored()
    for (const place of [0, 1]) await deployment.restart(place, withStore)
    deployment.advance(TOKEN_LIFETIME * 1_000)
    const copies = [0, 1, 0, 1, 0, 1].map((place) => {
      const copy = deployment.newUser(place)
      copy.browser.cookies.restore(sealed)
      return copy
    })
    const pages = await Promise.all(copies.map((copy) => copy.useToken()))
    expect(pages.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1)
    expect(presentedTwice(deployment)).toEqual([])
    const list = await user.browser.fetch('/auth/sessions')
    expect(list.json()).toMatchObject({ sessions: [{ current: true }] })
  })

  it('lets nobody back in who signed out since, with whatever cookie of before', async () => {
    const deployment = await deploy(2, SEALED)
    const user = deployment.newUser(0)
    await user.signIn()
    const sealed = user.browser.cookies.snapshot()
    const withStore = stored()
    for (const place of [0, 1]) await deployment.restart(place, withStore)
    await expectSession(user)
    const handle = user.browser.cookies.snapshot()
    expect((await user.signOut()).status).toBe(200)
    for (const place of [0, 1, 0]) {
      for (const cookies of [sealed, handle]) {
        user.move(place)
        user.browser.cookies.restore(cookies)
        expect((await user.visit()).status).toBe(401)
      }
      await deployment.restart(place, withStore)
      deployment.advance(3_600_000)
    }
    expect((await user.signIn()).status).toBe(200)
    await expectSession(user)
  })

  it('finishes sign-ins that were under way', async () => {
    const deployment = await deploy(1, SEALED)
    const user = deployment.newUser(0)
    const finish = await user.beginSignIn()
    await deployment.restart(0, stored())
    expect((await finish()).status).toBe(303)
    await expectSession(user)
  })
})

describe('processes that are restarted one by one, with people coming and going', () => {
  it('lose nobody who stays, and keep out everybody who left', { timeout: 60_000 }, async () => {
    const settings = stored()
    const secrets = ['a-newer-secret-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1s', SECRET]
    const deployment = await deploy(3, settings)
    const staying = [0, 1, 2].map(deployment.newUser)
    const left: { readonly user: User; readonly cookies: ReturnType<User['browser']['cookies']['snapshot']> }[] = []
    for (const user of staying) await user.signIn()

    /** What people do where a process is just being restarted: it breaks connections or says 503, and they try again. */
    const persist = async (user: User, place: number, act: () => Promise<Page>): Promise<Page> => {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        user.move((place + attempt) % 3)
        const page = await act().catch(() => undefined)
        if (page !== undefined && page.status !== 503) return page
      }
      throw new Error('no process answered')
    }
    const comeAndGo = async (place: number): Promise<void> => {
      const user = deployment.newUser(place)
      await persist(user, place, () => user.signIn())
      const cookies = user.browser.cookies.snapshot()
      await persist(user, place, () => user.signOut())
      left.push({ user, cookies })
    }
    for (const [step, place] of [0, 1, 2, 0, 1, 2].entries()) {
      deployment.advance(TOKEN_LIFETIME * 1_000)
      const restarting = deployment.restart(place, { ...settings, secrets: step < 3 ? secrets.toReversed() : secrets })
      const others = [(place + 1) % 3, (place + 2) % 3]
      const answers = await Promise.all(
        staying.flatMap((user, index) =>
          others.map((other) => persist(user, index === 0 ? place : other, () => user.useToken())),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
      await Promise.all([restarting, ...others.map(comeAndGo)])
    }
    for (const place of [0, 1, 2]) {
      for (const user of staying) {
        user.move(place)
        await expectSession(user)
      }
      for (const { user, cookies } of left) {
        user.move(place)
        user.browser.cookies.restore(cookies)
        expect((await user.visit()).status).toBe(401)
      }
    }
    expect(left).toHaveLength(12)
    expect(presentedTwice(deployment)).toEqual([])
  })
})
