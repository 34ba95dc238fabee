import assert from 'node:assert/strict'
import { NAVIGATION, SCRIPT } from './browser.ts'
import { REDIRECTING } from './contract-gateway.ts'
import { headerLines } from './raw-response.ts'
import { onStage } from './stage.ts'

/** Request targets and hosts: handed on untouched, and never believed. */
export const targets = [
  onStage('hands the core the target and the headers exactly as received', async (stage) => {
    const { gateway, handled } = stage.observed
    for (const query of QUERIES) {
      const target = `${gateway.basePath}/callback/${REDIRECTING}?${query}`
      await stage.expectDecision({ target, headers: NAVIGATION })
      assert.equal(handled.at(-1)?.request.target, target)
      assert.equal(handled.at(-1)?.request.headers['sec-fetch-mode'], 'navigate')
    }
  }),

  onStage('malformed percent-encodings in a path are refused, not crashed on', async (stage) => {
    for (const segment of ['%', '%zz', '%c0%af', '%2e%2e%2fpublic', '..%2f..%2fpublic', '%00']) {
      const target = `${stage.observed.gateway.basePath}/login/${segment}`
      const response = await stage.send({ target, headers: NAVIGATION })
      assert.ok(response.status >= 400 && response.status < 500, `${target} is a 4xx, not ${response.status}`)
      assert.deepEqual(headerLines(response, 'location'), [])
    }
    assert.deepEqual(stage.ran, [])
  }),

  onStage('no Host or forwarding header shows in any answer', async (stage) => {
    const { basePath } = stage.observed.gateway
    for (const header of ['X-Forwarded-Host', 'X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Uri']) {
      for (const path of [`${basePath}/login/${REDIRECTING}`, `${basePath}/login`, `${basePath}/logout`]) {
        const forged = [...NAVIGATION, [header, 'https://evil.example/public'], FORWARDED] as const
        const response = await stage.expectDecision({ target: path, hosts: ['app@evil.example'], headers: forged })
        assert.ok(!response.text.includes('evil'), `${header} on ${path} leaves no trace`)
      }
      const request = {
        target: '/guarded',
        hosts: ['evil.example'],
        headers: [...NAVIGATION, [header, '/public']],
      } as const
      const denied = await stage.send(request)
      assert.equal(denied.status, 303)
      assert.ok(!denied.text.includes('evil'))
    }
    assert.deepEqual(stage.ran, [])
  }),

  onStage('a target in absolute form is the path in it, whatever host it names', async (stage) => {
    const { basePath } = stage.observed.gateway
    const login = { target: `http://evil.example${basePath}/login/${REDIRECTING}`, headers: NAVIGATION }
    const response = await stage.expectDecision(login)
    assert.equal(response.status, 303)
    assert.ok(!response.text.includes('evil'))
    const denied = await stage.send({ target: 'http://evil.example/guarded?a=1', headers: NAVIGATION })
    assert.equal(denied.status, 303)
    assert.ok(!denied.text.includes('evil'))
    const open = await stage.send({ target: 'http://evil.example/public' })
    assert.equal(open.body, '/public')
  }),

  onStage('two Host lines are a 400 on the paths of the gateway and at every guard', async (stage) => {
    const hosts = ['app.example', 'evil.example']
    const browser = await stage.signedIn('ann')
    for (const { path } of stage.observed.gateway.routes) {
      const target = path.replace(':provider', REDIRECTING)
      const response = await stage.expectDecision({ target, hosts, headers: SCRIPT }, browser)
      assert.equal(response.status, 400)
    }
    const guarded = await browser.send({ target: '/guarded', hosts, headers: SCRIPT })
    assert.equal(guarded.status, 400)
    assert.deepEqual(stage.ran, [])
  }),
]

const FORWARDED = ['Forwarded', 'host=evil.example;proto=https'] as const

const QUERIES = [
  'code=a&state=b',
  'code=a&code=b&state=c&state=d',
  'error=access_denied&error_description=%E2%9C%93+%zz%',
  "a=%20+&b=|[]{}'&c=%c0%af&d",
  '?&&==&',
  `code=${'x'.repeat(12_000)}&state=y`,
]
