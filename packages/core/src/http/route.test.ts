import { property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { matchRoute, routesUnder, splitTarget } from './route.ts'

const ROUTES = routesUnder('/auth')

describe('a path that only looks like one of ours', () => {
  it.each([
    '/auth',
    '/auth/',
    '/auth/login/',
    '/auth/login//',
    '/auth//login',
    '//auth/login',
    '/AUTH/login',
    '/auth/Login',
    '/auth/%6cogin',
    '/auth/login;x',
    '/auth/login/a/b',
    '/auth/callback',
    '/auth/callback/',
    '/auth/callback/a/',
    '/auth/../auth/login',
    '/auth/session/x',
    '/auth\\login',
    'auth/login',
    '',
    '/app/auth/login',
  ])('%j is not matched', (path) => {
    expect(matchRoute(ROUTES, path)).toBeUndefined()
  })
})

describe('a route', () => {
  it('is found for each of the published paths, and lends its provider undecoded', () => {
    for (const route of ROUTES) {
      const match = matchRoute(ROUTES, route.path.replace(':provider', 'a%2Fb'))
      expect(match?.route).toBe(route)
      expect(match?.provider).toBe(route.path.includes(':provider') ? 'a%2Fb' : undefined)
    }
  })

  it('may be the path of a registered redirect URI, which is for its provider alone', () => {
    const routes = routesUnder('/auth', [{ provider: 'idp', path: '/auth/callback/idp/' }])
    expect(matchRoute(routes, '/auth/callback/idp/')).toMatchObject({ route: { name: 'callback' }, provider: 'idp' })
    expect(matchRoute(routes, '/auth/callback/other/')).toBeUndefined()
    expect(matchRoute(routes, '/auth/callback/other')).toMatchObject({ provider: 'other' })
  })

  it('has no twin: no path is published twice', () => {
    const paths = ROUTES.map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('answers to no method that browsers send on their own account but GET', () => {
    for (const { methods } of ROUTES) {
      expect(methods.length).toBeGreaterThan(0)
      for (const method of methods) expect(['GET', 'POST']).toContain(method)
    }
  })
})

describe('a request target', () => {
  it.each([
    ['/auth/login', '/auth/login', ''],
    ['/auth/login?', '/auth/login', ''],
    ['/auth/login?a=1?b', '/auth/login', 'a=1?b'],
    ['/auth/login#/public', '/auth/login', ''],
    ['/auth/login?a#?b', '/auth/login', 'a'],
    ['/auth/login%3Fa', '/auth/login%3Fa', ''],
    ['http://evil.example/auth/login?a=1', '/auth/login', 'a=1'],
    ['HTTPS://evil.example:1/auth/login', '/auth/login', ''],
    ['http://evil.example', '/', ''],
    ['http://evil.example?x', '/', 'x'],
    ['//evil.example/auth/login', '//evil.example/auth/login', ''],
    ['*', '*', ''],
    ['', '/', ''],
    ['?x', '/', 'x'],
  ])('%j is path %j and query %j', (target, path, query) => {
    expect(splitTarget(target)).toEqual({ path, query })
  })

  it('is split whatever it is', () => {
    always(
      property(string({ unit: 'binary' }), (target) => {
        const { path, query } = splitTarget(target)
        expect(path).not.toMatch(/[?#]/)
        expect(query).not.toContain('#')
      }),
    )
  })
})
