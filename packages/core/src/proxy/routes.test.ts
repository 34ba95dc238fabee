import { describe, expect, it } from 'vitest'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { requestHeaders } from './request-headers.ts'
import { createProxyRoutes, findProxyRoute } from './routes.ts'

const provider = oauth2Provider('https://as.example', {
  id: 'a',
  apiHeaders: (origin) => ({ 'User-Agent': `Tests (${origin})`, Referer: `${origin}/` }),
})
const routes = createProxyRoutes(
  {
    '/x': { target: 'https://api.example/v1/', provider: 'a', headers: { 'user-agent': 'Mine', 'X-Key': '1' } },
    '/x/deep': { target: 'https://api.example', provider: 'a', require: { scope: ['s'] } },
  },
  new Map([['a', provider]]),
  'https://app.example',
)

describe('the route of a path', () => {
  it('is the longest prefix it lies under', () => {
    expect(findProxyRoute(routes, '/x/deep/y')?.prefix).toBe('/x/deep')
    expect(findProxyRoute(routes, '/x/deeper')?.prefix).toBe('/x')
    expect(findProxyRoute(routes, '/y')).toBeUndefined()
  })

  it('asks for a session of its provider, whatever else it asks', () => {
    expect(findProxyRoute(routes, '/x/deep')?.requirement).toEqual({ scope: ['s'], provider: 'a' })
  })

  it('has the preset’s headers, and its own instead where they differ', () => {
    const route = findProxyRoute(routes, '/x')
    expect(route?.headers).toEqual(['user-agent', 'Mine', 'referer', 'https://app.example/', 'x-key', '1'])
    const browser = ['User-Agent', 'Browser', 'REFERER', 'https://app.example/page', 'X_KEY', '2', 'Accept', '*/*']
    expect(requestHeaders(browser, route?.requestFilter ?? (() => true), [])).toEqual(['Accept', '*/*'])
  })

  it('has a target without the slash at its end', () => {
    expect(routes.map(({ origin, basePath }) => origin + basePath)).toEqual([
      'https://api.example',
      'https://api.example/v1',
    ])
  })
})
