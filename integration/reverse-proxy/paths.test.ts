import { describe, expect, it } from 'vitest'
import { signIn } from '../stage.ts'
import { CANARY } from './guarded-application.ts'
import { PROXIES } from './proxies.ts'
import { useStage } from './stage.ts'

describe.each(Object.entries(PROXIES))('a path behind %s, configured as documented', (name, startProxy) => {
  const stage = useStage(startProxy)

  // What the rules of the proxy, after all decoding, call private: the application must not hear of it.
  const PRIVATE = [
    ...['/public/../private', '//private', '///private/x', '/./private', '/public/./../private', '/public//../private'],
    ...[
      '/%70rivate',
      '/public/%2e%2e/private',
      '/public/%2E%2E/private',
      '/public%2f..%2fprivate',
      '/private/..;/private',
    ],
    ...['/public/..%2fprivate', '/public/.%2e/private', '/;/private', '/private;x', '/PUBLIC/../private', '/PRIVATE'],
    ...['/public/../../private', '/auth/../private', '/auth/..%2fprivate', '/auth/login/../../private'],
    ...[
      '/private?/public/',
      '/private?x=/public/page',
      '/private%3f/public/',
      '/private#/public/',
      '/private%23/public/',
    ],
    ...['http://app.example/private', 'http://app.example//private', '/public/..//private', '//app.example/private'],
  ]

  it.each(PRIVATE)('is closed at %s', async (target) => {
    const { status } = await stage.raw(target)
    expect([400, 401, 404]).toContain(status)
    expect(stage.application.takeRequests()).toEqual([])
  })

  // What they call public, or nothing at all, and what an application might read otherwise.
  const AMBIGUOUS = [
    ...['/public/..;/private', '/public/..;x=1/private', '/public/..\\private', '/public/..%5cprivate'],
    ...['/public%5c..%5cprivate', '/public/..%00/private', '/public/%252e%252e/private', '/public/..%252fprivate'],
    ...[
      '/public/%c0%ae%c0%ae/private',
      'http://evil.example/private',
      'http://app@evil.example/private',
      '*',
      'private',
    ],
  ]

  it.each(AMBIGUOUS)('is no way in: %s', async (target) => {
    const { status, text } = await stage.raw(target)
    expect(text).not.toContain(CANARY)
    expect(status).toBeLessThan(500)
  })

  it('means to the application what it meant to the proxy', async () => {
    await signIn(stage.browser, '/public/page')
    stage.application.takeRequests()
    const { text } = await stage.raw('/public/..//private/a%20b?c=%2F', stage.cookieLine())
    expect(text).toContain(CANARY)
    const [{ url = '', identity = [] } = {}] = stage.application.takeRequests()
    expect(identity).toContain('x-user-id: user-1')
    // nginx hands on what it has decided about, Caddy what the browser has sent.
    expect(url).toBe(name === 'nginx' ? '/private/a%20b?c=%2F' : '/public/..//private/a%20b?c=%2F')
  })
})
