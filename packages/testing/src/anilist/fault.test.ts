import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type StandInAniList, startStandInAniList } from './stand-in.ts'

let anilist: StandInAniList

beforeAll(async () => {
  anilist = await startStandInAniList({ rateLimit: 1000 })
})
afterEach(() => anilist.faults.clear())
afterAll(() => anilist.close())

function ask(timeout = 5_000): Promise<Response> {
  return fetch(anilist.graphqlEndpoint, {
    method: 'POST',
    headers: { referer: 'x', 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ User(name: "lanternfox") { id } }' }),
    signal: AbortSignal.timeout(timeout),
  })
}

describe('a fault', () => {
  it('breaks the connection', async () => {
    anilist.faults.set('graphql', 'down')
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  it('refuses connections while the stand-in is paused', async () => {
    await anilist.pause()
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await anilist.resume()
    expect((await ask()).status).toBe(200)
  })

  it('hangs', async () => {
    anilist.faults.set('graphql', 'hang')
    await expect(ask(150)).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('drips', async () => {
    anilist.faults.set('graphql', 'drip')
    const response = await ask(1_500)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it.each([
    ['html', 403, 'Just a moment...'],
    ['html-503', 503, 'Just a moment...'],
    ['disabled', 403, 'temporarily disabled'],
    ['rate-limited', 429, 'Too Many Requests.'],
    ['invalid-token', 400, 'Invalid token'],
    ['error-in-200', 200, 'Internal Server Error'],
  ] as const)('answers %s', async (fault, status, text) => {
    anilist.faults.set('graphql', fault)
    const response = await ask()
    expect(response.status).toBe(status)
    await expect(response.text()).resolves.toContain(text)
  })

  it('says JSON and means something else', async () => {
    anilist.faults.set('graphql', 'not-json')
    const response = await ask()
    expect(response.headers.get('content-type')).toBe('application/json')
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  it('answers whatever the test likes', async () => {
    anilist.faults.set('graphql', { status: 418, headers: { 'x-kind': 'teapot' }, body: 'short and stout' })
    const response = await ask()
    expect([response.status, response.headers.get('x-kind')]).toEqual([418, 'teapot'])
  })

  it('heals after as many requests as it was set for', async () => {
    anilist.faults.set('graphql', { status: 502 }, 2)
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([502, 502, 200])
  })

  it('touches no other endpoint, and its requests are recorded', async () => {
    anilist.faults.set('token', 'down')
    expect((await ask()).status).toBe(200)
    const before = anilist.requestsTo('token').length
    await expect(fetch(anilist.tokenEndpoint, { method: 'POST' })).rejects.toThrow()
    expect(anilist.requestsTo('token')).toHaveLength(before + 1)
    anilist.faults.clear('token')
    expect((await fetch(anilist.tokenEndpoint, { method: 'POST' })).status).toBe(400)
  })
})
