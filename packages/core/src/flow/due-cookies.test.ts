import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { headerAfter } from '../../test/cookies.ts'
import { json } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { FETCH, request } from '../../test/request.ts'
import { type RotatingTokens, rotatingTokens } from '../../test/rotating-tokens.ts'
import { NEWEST, OLDER } from '../../test/secrets.ts'
import { held, ORIGIN, type Stage, setStage } from '../../test/stage.ts'
import { askForToken } from '../../test/token-request.ts'
import type { Gateway, Visit } from '../contract.ts'
import { createGateway } from '../gateway.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const CAPABILITIES = {
  refresh: true,
  rotation: true,
  revocation: false,
  endSession: false,
  idToken: false,
  pkce: true,
} as const

let stage: Stage
let tokens: RotatingTokens

beforeEach(async () => {
  tokens = rotatingTokens()
  stage = await setStage({ gateway: { secrets: [OLDER] }, provider: { capabilities: CAPABILITIES } })
  stage.server.on('/token', tokens.respond)
})

afterEach(() => stage.close())

/** The gateway after its secrets were rotated. */
function rotated(): Gateway {
  const provider = oauth2Provider(stage.server.origin, { id: 'a', capabilities: CAPABILITIES })
  return createGateway({
    origin: ORIGIN,
    secrets: [NEWEST, OLDER],
    providers: [provider],
    processes: 1,
    now: stage.now,
  })
}

/** A visit that has seen the session of these cookies, and is not settled yet. */
function lookingAt(cookies: string | undefined, gateway = stage.gateway): Visit {
  const visit = gateway.visit(request({ headers: { ...FETCH, cookie: cookies ?? '' } }))
  expect(visit.auth.authenticated).toBe(true)
  return visit
}

function tokenOf({ auth }: Visit): Promise<string> | undefined {
  return auth.authenticated ? auth.accessToken() : undefined
}

/** The cookies of a browser that had these and then gets the response. */
function settled(visit: Visit, cookies: string | undefined): string | undefined {
  return headerAfter(visit.settle(undefined)?.cookies ?? [], cookies)
}

describe('a response that only tells of activity', () => {
  it('holds the tokens that another request has won meanwhile', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(DAY)
    const slow = lookingAt(cookies)
    const quick = await askForToken(stage.gateway, cookies)
    const last = settled(slow, quick.cookies)
    expect(last).not.toBe(quick.cookies)
    stage.now.advance(2 * HOUR)
    expect((await askForToken(stage.gateway, last)).token).toBe('access-1-2')
  })

  it('says nothing while the tokens are being renewed', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(DAY)
    const slow = lookingAt(cookies)
    const answer = held(json(200, { access_token: 'renewed', token_type: 'Bearer', expires_in: 3_600 }))
    stage.server.on('/token', answer.respond)
    const token = tokenOf(lookingAt(cookies))
    expect(slow.settle(undefined)).toBeUndefined()
    answer.release()
    expect(await token).toBe('renewed')
  })

  it('says nothing when it took longer than five seconds: the browser may have moved on', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(DAY)
    const [slow, slower] = [lookingAt(cookies), lookingAt(cookies)]
    stage.now.advance(5 * SECOND)
    expect(slow.settle(undefined)?.cookies).toHaveLength(1)
    stage.now.advance(1)
    expect(slower.settle(undefined)).toBeUndefined()
  })
})

describe('a response that tells of a new secret', () => {
  it('holds the tokens that another request has won meanwhile', async () => {
    const { cookies } = await stage.signedIn()
    const gateway = rotated()
    stage.now.advance(HOUR)
    const slow = lookingAt(cookies, gateway)
    const { cookies: renewed } = await askForToken(gateway, cookies)
    const last = settled(slow, renewed)
    stage.now.advance(2 * HOUR)
    expect((await askForToken(gateway, last)).token).toBe('access-1-2')
    await gateway.close()
  })

  it('says nothing when it took longer than five seconds', async () => {
    const { cookies } = await stage.signedIn()
    const gateway = rotated()
    const slow = lookingAt(cookies, gateway)
    stage.now.advance(5 * SECOND + 1)
    expect(slow.settle(undefined)).toBeUndefined()
    await gateway.close()
  })

  it('to a page that polls holds them too', async () => {
    const { cookies } = await stage.signedIn()
    const gateway = rotated()
    stage.now.advance(HOUR)
    const { cookies: renewed } = await askForToken(gateway, cookies)
    const poll = () =>
      gateway.handle(request({ target: '/auth/session', headers: { ...FETCH, cookie: cookies ?? '' } }))
    const last = headerAfter((await poll()).cookies, renewed)
    expect(last).not.toBe(renewed)
    stage.now.advance(2 * MINUTE)
    // By now nobody remembers what the tokens of the old cookie were replaced with.
    expect((await poll()).cookies).toEqual([])
    stage.now.advance(HOUR)
    expect((await askForToken(gateway, last)).token).toBe('access-1-2')
    await gateway.close()
  })
})

describe('a response that brings tokens which it has won', () => {
  it('brings them however long it took', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(HOUR)
    const slow = lookingAt(cookies)
    await tokenOf(slow)
    stage.now.advance(HOUR)
    const last = settled(slow, cookies)
    expect((await askForToken(stage.gateway, last)).token).toBe('access-1-2')
  })

  it.each([
    ['a moment', SECOND],
    ['an hour', HOUR - MINUTE],
  ])('does not bring them over newer ones, won %s ago', async (_, time) => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(HOUR)
    const slow = lookingAt(cookies)
    await tokenOf(slow)
    const quick = await askForToken(stage.gateway, cookies)
    stage.now.advance(HOUR)
    const next = await askForToken(stage.gateway, quick.cookies)
    expect(next.token).toBe('access-1-2')
    stage.now.advance(time)
    const last = settled(slow, next.cookies)
    stage.now.advance(2 * HOUR)
    expect((await askForToken(stage.gateway, last)).token).toBe('access-1-3')
  })
})

describe('a response that tells of the end', () => {
  it.each([
    ['takes the cookie away', 5 * SECOND, 1],
    ['that took longer leaves alone what may be the cookie of another sign-in', 5 * SECOND + 1, 0],
  ])('%s', async (_, time, count) => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(HOUR)
    stage.server.on('/token', json(400, { error: 'invalid_grant' }))
    const slow = lookingAt(cookies)
    await expect(tokenOf(slow)).rejects.toMatchObject({ code: 'sign_in_required' })
    stage.now.advance(time)
    expect(slow.settle(undefined)?.cookies ?? []).toHaveLength(count)
  })
})
