import { describe, expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.ts'
import { startStandInAniList } from './stand-in.ts'

describe('the rate limit', () => {
  it('counts down, then imposes a minute of silence', () => {
    let time = 1_000_000
    const limit = createRateLimit(2, () => time)
    expect(limit.take()).toMatchObject({ allowed: true, remaining: 1 })
    time += 30_000
    expect(limit.take()).toMatchObject({ allowed: true, remaining: 0 })
    expect(limit.take()).toMatchObject({ allowed: false, retryAfter: 60 })
    time += 45_000
    expect(limit.take()).toMatchObject({ allowed: false, retryAfter: 15, resetAt: 1090 })
    time += 15_000
    expect(limit.take()).toMatchObject({ allowed: true, remaining: 1 })
  })

  it('is in the headers of every answer', async () => {
    const anilist = await startStandInAniList({ rateLimit: 2 })
    const ask = () =>
      fetch(anilist.graphqlEndpoint, {
        method: 'POST',
        headers: { referer: 'x', 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ User(name: "lanternfox") { id } }' }),
      })
    const first = await ask()
    expect(first.headers.get('x-ratelimit-limit')).toBe('2')
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1')
    await ask()
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(Number(refused.headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now())
    await expect(refused.json()).resolves.toMatchObject({ errors: [{ message: 'Too Many Requests.', status: 429 }] })
    await anilist.close()
  })
})
