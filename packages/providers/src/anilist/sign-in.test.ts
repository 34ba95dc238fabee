import { createGateway, type Decision, type GatewayRequest, insecureLoopback } from '@postern/core'
import { type StandInAniList, startStandInAniList } from '@postern/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { anilist } from './index.ts'

const ORIGIN = 'https://app.example'
const REDIRECT_URI = `${ORIGIN}/auth/callback/anilist`

/** One browser that opens pages: cookies and the rest of it as far as these tests go. */
function visitor(standIn: StandInAniList, { clientSecret }: { readonly clientSecret?: string } = {}) {
  const client = standIn.register({ name: 'App', redirectUris: [REDIRECT_URI] })
  const events: { readonly type: string }[] = []
  const gateway = createGateway({
    origin: ORIGIN,
    secrets: ['k3J9x!q7Lm2Zp8Rt5Vw1Yb4Nc6Hd0Gf$'],
    onEvent: (event) => events.push(event),
    providers: [
      anilist({
        clientId: client.id,
        clientSecret: clientSecret ?? client.secret,
        loopback: insecureLoopback,
        timeout: 2,
        endpoints: {
          authorization: standIn.authorizationEndpoint,
          token: standIn.tokenEndpoint,
          userinfo: standIn.graphqlEndpoint,
        },
      }),
    ],
  })
  const cookies = new Map<string, string>()

  function requestFor(target: string): GatewayRequest {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const headers = { host: 'app.example', cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    return {
      method: 'GET',
      target,
      headers,
      rawHeaders: Object.entries(headers).flat(),
      form: async () => new URLSearchParams(),
    }
  }

  async function open(target: string): Promise<Extract<Decision, { type: 'reply' }>> {
    const decision = await gateway.handle(requestFor(target))
    if (decision.type !== 'reply') throw new Error('the gateway answers its own paths')
    for (const { name, value, attributes } of decision.cookies) {
      if (attributes.maxAge === 0) cookies.delete(name)
      else cookies.set(name, value)
    }
    return decision
  }

  async function signIn() {
    const location = locationOf(await open('/auth/login/anilist'))
    const consent = await fetch(location, { redirect: 'manual' })
    const back = new URL(consent.headers.get('location') ?? expect.unreachable('AniList sends the browser back'))
    return open(back.pathname + back.search)
  }

  return { open, signIn, events, auth: () => gateway.visit(requestFor('/')).auth }
}

function locationOf({ headers }: Extract<Decision, { type: 'reply' }>): string {
  return headers.find(([name]) => name === 'location')?.[1] ?? expect.unreachable('it redirects')
}

describe('a sign-in for AniList, at its stand-in', () => {
  let standIn: StandInAniList
  beforeAll(async () => {
    standIn = await startStandInAniList({ approveAs: 'lanternfox', refreshToken: 'rotating' })
  })
  afterEach(() => standIn.faults.clear())
  afterAll(() => standIn.close())

  it('asks as AniList documents it: no scope, the exact redirect URI, and credentials in a form', async () => {
    const { open, signIn } = visitor(standIn)
    const { searchParams } = new URL(locationOf(await open('/auth/login/anilist')))
    expect(searchParams.get('redirect_uri')).toBe(REDIRECT_URI)
    expect(searchParams.has('scope')).toBe(false)
    expect(searchParams.get('response_type')).toBe('code')
    expect(searchParams.get('state')).toMatch(/.{20}/)
    await signIn()
    const { headers, form } = standIn.requestsTo('token').at(-1) ?? expect.unreachable()
    expect(headers.authorization).toBeUndefined()
    expect([...form.keys()].sort()).toEqual([
      'client_id',
      'client_secret',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
    ])
    expect(form.get('redirect_uri')).toBe(REDIRECT_URI)
  })

  it('signs in, with a profile, for a year', async () => {
    const { signIn, auth } = visitor(standIn)
    expect(await signIn()).toMatchObject({ status: 303 })
    expect(auth()).toMatchObject({
      authenticated: true,
      provider: 'anilist',
      subject: '7100001',
      user: { id: '7100001', name: 'lanternfox' },
      scope: [],
    })
    expect(standIn.requestsTo('graphql').at(-1)?.headers.referer).toBe(`${ORIGIN}/`)
  })

  it.each(['down', 'html', 'html-503', 'disabled', 'rate-limited', 'hang'] as const)(
    'signs in by the subject alone when the API fails like this: %s',
    async (fault) => {
      standIn.faults.set('graphql', fault)
      const { signIn, auth, events } = visitor(standIn)
      expect(await signIn()).toMatchObject({ status: 303 })
      expect(auth()).toMatchObject({ authenticated: true, subject: '7100001', user: { id: '7100001' } })
      expect(events).toContainEqual(expect.objectContaining({ type: 'profile_postponed' }))
    },
  )

  it.each(['error-in-200', 'not-json', 'invalid-token'] as const)(
    'signs nobody in when the API answers, but not with a viewer: %s',
    async (fault) => {
      standIn.faults.set('graphql', fault)
      const { signIn, auth } = visitor(standIn)
      const { status } = await signIn()
      expect(status).toBeGreaterThanOrEqual(400)
      expect(auth().authenticated).toBe(false)
    },
  )

  it('tells the operator what to check when AniList refuses the client', async () => {
    const { signIn, auth, events } = visitor(standIn, { clientSecret: 'not-the-secret' })
    expect(await signIn()).toMatchObject({ status: 502 })
    expect(auth().authenticated).toBe(false)
    const failed = expect.objectContaining({
      type: 'sign_in_failed',
      code: 'client_refused',
      advice: expect.stringContaining('Check the redirect URI registered at anilist.co/settings/developer'),
    })
    expect(events).toContainEqual(failed)
  })
})
