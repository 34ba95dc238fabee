import assert from 'node:assert/strict'
import { NAVIGATION, SCRIPT } from './browser.ts'
import { POSTING, REDIRECTING } from './contract-gateway.ts'
import { headerLines } from './raw-response.ts'
import { onStage } from './stage.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** The gateway's own paths: every one of them, for every method, as the core decides. */
export const ownPaths = [
  onStage('answers every path of the gateway for every method as the core decides', async (stage) => {
    for (const { path } of stage.observed.gateway.routes) {
      for (const method of METHODS) {
        for (const provider of [REDIRECTING, POSTING, 'unknown']) {
          await stage.expectDecision({ method, target: path.replace(':provider', provider), headers: NAVIGATION })
        }
      }
    }
  }),

  onStage('answers scripts as the core decides', async (stage) => {
    for (const { path } of stage.observed.gateway.routes) {
      const target = path.replace(':provider', REDIRECTING)
      await stage.expectDecision({ target, headers: SCRIPT })
      await stage.expectDecision({ method: 'POST', target, headers: SCRIPT })
    }
  }),

  onStage('a HEAD or OPTIONS request starts, ends and sets nothing', async (stage) => {
    for (const method of ['HEAD', 'OPTIONS']) {
      for (const path of [`login/${REDIRECTING}`, `callback/${REDIRECTING}?code=a&state=b`, 'logout']) {
        const target = `${stage.observed.gateway.basePath}/${path}`
        const response = await stage.expectDecision({ method, target, headers: NAVIGATION })
        assert.ok(response.status >= 400, `${method} ${target} is refused`)
        assert.deepEqual(headerLines(response, 'set-cookie'), [stage.earlierCookie])
      }
    }
  }),

  onStage('leaves paths that are not in the route table to the framework', async (stage) => {
    const { basePath } = stage.observed.gateway
    for (const path of ['', '/nothing', '/login/a/b', '/callback', '/session.json', '/session/']) {
      const response = await stage.send({ target: `${basePath}${path}`, headers: NAVIGATION })
      assert.ok(response.status >= 400 && response.status < 500, `${basePath}${path} is a 4xx`)
      assert.equal(headerLines(response, 'location').length, 0)
    }
    assert.deepEqual(stage.observed.handled, [])
  }),

  onStage('a whole sign-in and sign-out, with answers in the query and in a form post', async (stage) => {
    const { basePath } = stage.observed.gateway
    for (const provider of [REDIRECTING, POSTING]) {
      const browser = stage.open()
      const login = await stage.expectDecision(
        { target: `${basePath}/login/${provider}`, headers: NAVIGATION },
        browser,
      )
      const state = new URL(headerLines(login, 'location')[0] ?? '').searchParams.get('state')
      const answer = `${new URLSearchParams({ code: 'ann', state: state ?? '' })}`
      const target = `${basePath}/callback/${provider}`
      const callback =
        provider === POSTING
          ? { method: 'POST', target, headers: [...NAVIGATION_FROM_ELSEWHERE, FORM], body: answer }
          : { target: `${target}?${answer}`, headers: NAVIGATION_FROM_ELSEWHERE }
      assert.equal((await stage.expectDecision(callback, browser)).status, 303)
      const session = await stage.expectDecision({ target: `${basePath}/session`, headers: SCRIPT }, browser)
      assert.equal(JSON.parse(session.body).user.id, 'ann')
      assert.equal((await browser.send({ target: '/whoami' })).body, 'ann')
      await stage.expectDecision({ target: `${basePath}/logout`, headers: NAVIGATION }, browser)
      await stage.expectDecision({ method: 'POST', target: `${basePath}/logout`, headers: SCRIPT }, browser)
      assert.equal((await browser.send({ target: '/whoami' })).body, 'nobody')
    }
  }),
]

const NAVIGATION_FROM_ELSEWHERE = [
  ['Accept', 'text/html'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Dest', 'document'],
  ['Sec-Fetch-Site', 'cross-site'],
] as const

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const
