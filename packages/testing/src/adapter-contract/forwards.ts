import assert from 'node:assert/strict'
import { NAVIGATION, SCRIPT } from './browser.ts'
import { FORWARDED } from './contract-gateway.ts'
import { expectReply } from './expect-reply.ts'
import { type HeaderLines, type RawRequest, receiveWhile, type sendRaw } from './raw-request.ts'
import { headerLines } from './raw-response.ts'
import { onStage, type Stage } from './stage.ts'

const DAY = 86_400_000

/** Prefixes that are forwarded: mounted whole, streamed both ways, and reached only when the core says so. */
export const forwards = [
  onStage('forwards a prefix and everything below it, byte for byte, whatever the method', async (stage) => {
    const browser = await stage.signedIn('ann')
    for (const rest of ['', '/', '/a', '/a//b/', '/%E2%9C%93+%20?q=%zz&q=+', '?a=1', '/x%25y/..z', '/a;b=c']) {
      const response = await browser.send({ target: FORWARDED + rest, headers: SCRIPT })
      assert.equal(response.status, 203, `${FORWARDED}${rest}`)
      assert.equal(stage.target.received.at(-1)?.target, `/v1${rest}`)
    }
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.equal((await browser.send({ method, target: FORWARDED, headers: SCRIPT })).status, 203)
      assert.equal(stage.target.received.at(-1)?.method, method)
    }
    assert.deepEqual(stage.ran, [])
  }),

  onStage('answers what is not forwarded as the core decides', async (stage) => {
    const browser = await stage.signedIn('ann')
    const below = `${FORWARDED}/x`
    for (const [request, status] of [
      [{ target: `${below}?a=1`, headers: NAVIGATION }, 303],
      [{ target: below, headers: SCRIPT }, 401],
      [{ method: 'POST', target: below, headers: SCRIPT, body: '{"not":"read"}' }, 401],
      [{ method: 'OPTIONS', target: below, headers: SCRIPT }, 405],
      [{ method: 'TRACE', target: FORWARDED, headers: SCRIPT }, 405],
      [{ target: below, headers: [...SCRIPT, ['Upgrade', 'websocket']] as const }, 501],
    ] as const) {
      await expectRefusal(stage, request, status, stage.send)
    }
    for (const [request, status] of [
      [{ target: below }, 403],
      [{ target: `${FORWARDED}/../x`, headers: SCRIPT }, 400],
      [{ target: `${FORWARDED}/%2e%2e/x`, headers: SCRIPT }, 400],
      [{ target: `http://evil.example${below}`, headers: SCRIPT }, 400],
      [{ target: below, headers: SCRIPT, hosts: ['app.example', 'evil.example'] }, 400],
    ] as const) {
      await expectRefusal(stage, request, status, browser.send)
    }
    assert.deepEqual(stage.target.received, [])
  }),

  onStage('leaves paths that only look like a prefix to the framework', async (stage) => {
    const browser = await stage.signedIn('ann')
    for (const target of [`${FORWARDED}x`, `/x${FORWARDED}`, FORWARDED.slice(0, -1), `${FORWARDED}.json`]) {
      const { status } = await browser.send({ target, headers: SCRIPT })
      assert.equal(status, 404, target)
    }
    assert.deepEqual(stage.observed.forwarded, [])
  }),

  onStage('gives the target exactly the headers of the core, and the browser exactly its head', async (stage) => {
    const browser = await stage.signedIn('ann')
    const headers: HeaderLines = [...SCRIPT, ['X-User', 'evil'], ['Authorization', 'Bearer evil'], ['X-Mine', 'mine']]
    const response = await browser.send({ target: `${FORWARDED}/x`, headers })
    const [received] = stage.target.received
    assert.equal(received?.headers.authorization, 'Bearer ann')
    assert.equal(received?.headers['x-user'], 'ann')
    assert.equal(received?.headers['x-mine'], 'mine')
    assert.equal(received?.headers.cookie, undefined)
    for (const [name, value] of [
      ['content-type', 'text/x-odd;charset="x"'],
      ['etag', '"odd"'],
      ['x-odd', '1'],
      ['cache-control', 'private, no-cache'],
      ['x-content-type-options', 'nosniff'],
    ] as const) {
      assert.deepEqual(headerLines(response, name), [value])
    }
    const vary = headerLines(response, 'vary').join().split(/,\s*/)
    assert.deepEqual(vary.toSorted(), ['cookie', 'x-odd'])
    assert.deepEqual(headerLines(response, 'set-cookie'), [stage.earlierCookie])
  }),

  onStage('sends bodies on unread: of any type, in chunks, and of any size', async (stage) => {
    const browser = await stage.signedIn('ann')
    const bodies: readonly (readonly [type: string, body: string | readonly string[]])[] = [
      ['application/json', '{ not json'],
      ['application/x-www-form-urlencoded', 'a=1&a=2'],
      ['nonsense', '\0\x01'],
      ['text/plain', ['in ', 'chunks']],
      ['application/octet-stream', 'x'.repeat(3 * 1024 * 1024)],
    ]
    for (const [type, body] of bodies) {
      const headers: HeaderLines = [...SCRIPT, ['Content-Type', type]]
      const response = await browser.send({ method: 'POST', target: FORWARDED, headers, body })
      const sent = typeof body === 'string' ? body : body.join('')
      assert.equal(response.body, `${sent.length} octets`)
      assert.equal(stage.target.received.at(-1)?.headers['content-type'], type)
      assert.equal(await stage.target.received.at(-1)?.body, sent)
    }
  }),

  onStage('passes on what has come so far, and does not wait for the rest', async (stage) => {
    const browser = await stage.signedIn('ann')
    const request = { target: `${FORWARDED}/stream`, headers: [...SCRIPT, ['Cookie', browser.cookies()]] as const }
    const text = await receiveWhile(stage.origin, request, /data: first\n\n/, stage.target.release)
    assert.match(text, /data: first\n\n[\s\S]*data: second\n\n/)
  }),

  onStage('breaks off when the target does, so that nobody takes half for all', async (stage) => {
    const browser = await stage.signedIn('ann')
    const request = { target: `${FORWARDED}/broken`, headers: [...SCRIPT, ['Cookie', browser.cookies()]] as const }
    const text = await receiveWhile(stage.origin, request, /half/, () => undefined)
    assert.match(text, /half/)
    assert.ok(!text.endsWith('\r\n0\r\n\r\n'), 'a transfer that broke off has no end')
  }),

  onStage('adds a session cookie that was due to a forwarded response, beside those of others', async (stage) => {
    const browser = await stage.signedIn('ann')
    stage.pass(5 * DAY)
    const response = await browser.send({ target: FORWARDED, headers: SCRIPT })
    const [earlier, renewed, ...more] = headerLines(response, 'set-cookie')
    assert.deepEqual([earlier, more], [stage.earlierCookie, []])
    assert.match(renewed ?? '', /^__Host-[^=]+=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    assert.deepEqual(headerLines(response, 'cache-control'), ['private, no-store'])
    stage.pass(5 * DAY)
    assert.equal((await browser.send({ target: FORWARDED, headers: SCRIPT })).status, 203, 'the renewed cookie holds')
  }),

  onStage('replies when the target cannot be reached, as the core decides', async (stage) => {
    const browser = await stage.signedIn('ann')
    await stage.target.close()
    const response = await browser.send({ target: FORWARDED, headers: SCRIPT })
    assert.equal(response.status, 502)
    assert.deepEqual(headerLines(response, 'content-type'), ['application/problem+json'])
    assert.equal(JSON.parse(response.body).code, 'upstream_unreachable')
  }),
]

/** Holds the response to what the core replied, and the target to not having been asked. */
async function expectRefusal(
  { observed, earlierCookie }: Stage,
  request: RawRequest,
  status: number,
  send: (request: RawRequest) => ReturnType<typeof sendRaw>,
): Promise<void> {
  const before = observed.forwarded.length
  const response = await send(request)
  assert.equal(response.status, status, `${request.method ?? 'GET'} ${request.target}`)
  assert.equal(observed.forwarded.length, before + 1, `${request.method ?? 'GET'} ${request.target} reaches the core`)
  const decision = await observed.forwarded.at(-1)?.decision
  assert.ok(decision?.type === 'reply')
  assert.equal(observed.forwarded.at(-1)?.request.target, request.target)
  expectReply(response, decision, { method: request.method ?? 'GET', earlierCookie })
}
