import { createServer } from 'node:net'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { absentPrograms } from './absent-programs.mjs'

afterEach(() => vi.unstubAllEnvs())

async function absent(variables: Readonly<Record<string, string | undefined>>): Promise<readonly string[]> {
  const nothing = { CI: undefined, PATH: '/nowhere', REDIS_URL: 'redis://127.0.0.1:1' }
  for (const [name, value] of Object.entries({ ...nothing, ...variables })) vi.stubEnv(name, value)
  return (await absentPrograms()).map(({ name }) => name)
}

it('leaves nothing out in CI, whatever is missing there', async () => {
  expect(await absent({ CI: 'true' })).toEqual([])
})

it('leaves out what needs a program that is not there', async () => {
  expect(await absent({})).toContain('redis-server')
})

it('needs no redis-server where a Redis answers', async () => {
  const redis = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void redis.close())
  await new Promise((resolve) => redis.once('listening', resolve))
  const address = redis.address()
  const port = typeof address === 'object' ? address?.port : undefined
  expect(await absent({ REDIS_URL: `redis://127.0.0.1:${port}` })).not.toContain('redis-server')
})
