import assert from 'node:assert/strict'
import { nameOf } from './application.ts'
import { SCRIPT } from './browser.ts'
import { sendRaw } from './raw-request.ts'
import { headerLines } from './raw-response.ts'
import { onStage } from './stage.ts'

const DAY = 86_400_000

/** What the application sees of a request, and what is added to its responses. */
export const visits = [
  onStage('a route that does not read auth costs nothing', async (stage) => {
    const browser = await stage.signedIn('ann')
    stage.pass(5 * DAY)
    const response = await browser.send({ target: '/public' })
    assert.equal(response.body, '/public')
    assert.deepEqual(headerLines(response, 'set-cookie'), [stage.earlierCookie])
    assert.deepEqual(headerLines(response, 'cache-control'), [])
    for (const { readings } of stage.observed.visits) assert.equal(readings, 0)
  }),

  onStage('requests under way at once never see each other', async (stage) => {
    const names = ['ann', 'bob', 'cyd', 'dee', 'eve', 'fay']
    const browsers = await Promise.all(names.map((name) => stage.signedIn(name)))
    const everyone = [...browsers, stage.open(), ...browsers]
    stage.expectAtMeeting(everyone.length)
    const responses = await Promise.all(everyone.map((browser) => browser.send({ target: '/meeting' })))
    assert.deepEqual(
      responses.map(({ body }) => body),
      [...names, 'nobody', ...names],
    )
  }),

  onStage('waits for sessions that take a look-up, where a route is guarded or asks for it', async (stage) => {
    const browser = await stage.signedIn('ann')
    stage.disturbance.isSlow = true
    for (const target of ['/guarded/whoami', '/loaded/whoami']) {
      assert.equal((await browser.send({ target, headers: SCRIPT })).body, 'ann')
    }
    assert.equal((await stage.send({ target: '/loaded/whoami' })).body, 'nobody')
    const unasked = await browser.send({ target: '/whoami' })
    assert.ok(unasked.status >= 500, 'a session that was not looked up is an error, and never nobody')
  }),

  onStage('hands the core every cookie line, and decides nothing about them', async (stage) => {
    const browser = await stage.signedIn('ann')
    const good = browser.cookies()
    const evil = good.replace(/=.*$/, '=evil')
    for (const lines of [
      [good, evil],
      [evil, good],
      [`a=1; ${evil}`, good],
      [good, '=;;%zz; é=1'],
    ]) {
      const headers = lines.map((line) => ['Cookie', line] as const)
      const { body } = await sendRaw(stage.origin, { target: '/whoami', headers })
      const request = stage.observed.visits.at(-1)?.request
      assert.ok(request !== undefined)
      assert.equal(request.headers['cookie'], Buffer.from(lines.join('; ')).toString('latin1'))
      assert.equal(body, nameOf(stage.observed.gateway.visit(request).auth))
    }
  }),

  onStage('adds a session cookie that was due, and keeps that response out of shared caches', async (stage) => {
    const browser = await stage.signedIn('ann')
    stage.pass(5 * DAY)
    const response = await browser.send({ target: '/own' })
    assert.equal(response.body, 'ann')
    const [earlier, renewed, ...more] = headerLines(response, 'set-cookie')
    assert.deepEqual([earlier, more], [stage.earlierCookie, []])
    assert.match(renewed ?? '', /^__Host-[^=]+=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    assert.deepEqual(headerLines(response, 'cache-control'), ['private, no-store'])
    stage.pass(5 * DAY)
    assert.equal((await browser.send({ target: '/whoami' })).body, 'ann', 'the renewed cookie holds')
  }),

  onStage('adds it to a response without a body as well', async (stage) => {
    const browser = await stage.signedIn('ann')
    stage.pass(5 * DAY)
    const response = await browser.send({ target: '/empty' })
    assert.equal(response.status, 204)
    assert.equal(headerLines(response, 'set-cookie').length, 2)
  }),

  onStage('adds nothing to a response that shared caches may keep', async (stage) => {
    const browser = await stage.signedIn('ann')
    stage.pass(5 * DAY)
    const response = await browser.send({ target: '/shared' })
    assert.equal(response.body, 'ann')
    assert.deepEqual(headerLines(response, 'set-cookie'), [stage.earlierCookie])
    assert.deepEqual(headerLines(response, 'cache-control'), ['public, max-age=600'])
  }),

  onStage('adds nothing while nothing is due', async (stage) => {
    const browser = await stage.signedIn('ann')
    for (const target of ['/own', '/whoami', '/guarded']) {
      const response = await browser.send({ target, headers: SCRIPT })
      assert.deepEqual(headerLines(response, 'set-cookie'), [stage.earlierCookie])
    }
  }),
]
