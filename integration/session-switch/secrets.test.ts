import { randomUUID } from 'node:crypto'
import { redisStore } from '@postern/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyRedis, type Redis } from '../redis-server.ts'
import { deploy, type Settings, TOKEN_LIFETIME, type User } from './deployment.ts'

const OLD = 'the-old-secret-hU7yQ2mR5tV0xB3dF6gJ9kL1nP4s'
const NEW = 'the-new-secret-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1s'

const prefix = `switch-${randomUUID()}`
let redis: Redis

beforeAll(async () => {
  redis = await anyRedis()
})
afterAll(() => redis.finish(prefix))

const openStore = () => redisStore({ url: redis.url, prefix })

describe.each([
  ['in cookies', undefined],
  ['in Redis', openStore],
] as const)('the secrets of sessions %s', (_where, store) => {
  const withSecrets = (...secrets: string[]): Settings => ({ secrets, openStore: store })

  /** What docs/sessions.md says for several processes, one process after the other. */
  const STEPS = [
    [OLD, NEW],
    [NEW, OLD],
  ]

  it('are rotated without anybody noticing, whichever process they meet', { timeout: 60_000 }, async () => {
    const deployment = await deploy(2, withSecrets(OLD))
    const users = [0, 1, 0, 1].map(deployment.newUser)
    for (const user of users) expect((await user.signIn()).status).toBe(200)

    /** Everybody comes by, at either process. */
    const everybodyComesBy = async (step: string): Promise<void> => {
      for (const place of [0, 1]) {
        for (const user of users) {
          user.move(place)
          expect((await user.visit()).json(), step).toMatchObject({ subject: user.subject })
        }
      }
    }
    for (const secrets of STEPS) {
      for (const place of [0, 1]) {
        const half = deployment.newUser(1 - place)
        const finish = await half.beginSignIn()
        await deployment.restart(place, withSecrets(...secrets))
        await everybodyComesBy(`after process ${place} has ${secrets.length} secrets`)
        // A sign-in that was under way ends at the process that was restarted.
        half.move(place)
        expect((await finish()).status).toBe(303)
        expect((await half.visit()).status).toBe(200)
        users.push(half)
      }
    }
    for (const place of [0, 1]) await deployment.restart(place, withSecrets(NEW))
    await everybodyComesBy('with the new secret alone')
  })

  it('are not needed any more by anybody who came by, and let nobody else in', async () => {
    const deployment = await deploy(1, withSecrets(OLD))
    const [regular, absent] = [deployment.newUser(0), deployment.newUser(0)]
    for (const user of [regular, absent]) await user.signIn()
    await deployment.restart(0, withSecrets(NEW, OLD))
    expect((await regular.visit()).status).toBe(200)
    await deployment.restart(0, withSecrets(NEW))
    expect((await regular.visit()).status).toBe(200)
    expect((await absent.visit()).status).toBe(401)
    expect((await absent.signIn()).status).toBe(200)
  })

  it('change nothing for what was ended, nor for tokens that are due', async () => {
    const deployment = await deploy(1, withSecrets(OLD))
    const [leaving, staying] = [deployment.newUser(0), deployment.newUser(0)] as [User, User]
    for (const user of [leaving, staying]) await user.signIn()
    const copy = leaving.browser.cookies.snapshot()
    if (store !== undefined) await leaving.signOut()
    for (const secrets of [...STEPS, [NEW]]) {
      deployment.advance(TOKEN_LIFETIME * 1_000)
      await deployment.restart(0, withSecrets(...secrets))
      expect((await staying.useToken()).status).toBe(200)
      leaving.browser.cookies.restore(copy)
      // A sealed session lives in its copies. One in a store does not.
      if (store !== undefined) expect((await leaving.visit()).status).toBe(401)
    }
  })
})
