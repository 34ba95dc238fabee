import { METHODS } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/castle.ts'
import { createEntrance, createHandler } from './index.ts'

const entrance = createEntrance({ gateway: createCastleGateway() })

describe('the entrance of a gateway', () => {
  it('owns its paths and what is below its prefixes, byte for byte', () => {
    for (const path of ['/app/auth/login', '/app/auth/callback/castle', '/app/api', '/app/api/', '/app/api/a/b']) {
      expect([path, entrance.owns(path)]).toEqual([path, true])
    }
    for (const path of ['/app/auth', '/app/Auth/login', '/app/apis', '/app/%61pi/x', '//app/api/x', '/app', '/']) {
      expect([path, entrance.owns(path)]).toEqual([path, false])
    }
  })

  it('has routes for a router, with its prefix taken off and its wildcard put on', () => {
    const known = ['GET', 'POST']
    const routes = entrance.routes('/app', '*', known)
    const common = routes.filter(({ method }) => method.includes('GET')).map(({ url }) => url)
    expect(common).toEqual(expect.arrayContaining(['/auth/login', '/auth/callback/:provider', '/api', '/api/*']))
    expect(entrance.routes('', '{*rest}', known).map(({ url }) => url)).toContain('/app/api/{*rest}')
  })

  it('has fewer and coarser ones for methods that the router does not know, and none where it knows all', () => {
    const rare = entrance.routes('/app', '*', ['GET', 'POST']).filter(({ method }) => !method.includes('GET'))
    expect(rare.map(({ url }) => url)).toEqual(['/auth/*', '/api', '/api/*'])
    for (const { method } of rare)
      expect(method).toEqual(METHODS.filter((name) => !/^(?:GET|POST|CONNECT)$/.test(name)))
    expect(entrance.routes('/app', '*', METHODS).every(({ method }) => method.includes('GET'))).toBe(true)
  })

  it('has none for a router that would put them somewhere else', () => {
    expect(() => entrance.routes('/other', '*', ['GET'])).toThrow('the gateway is mounted under /other')
  })
})

describe('what is mounted with a gateway', () => {
  const gateway = createCastleGateway()

  it('is known by name, to the entrance or to the adapter', () => {
    const mount = { gateway, failures: 'throw', stateName: 'visitor' } as const
    expect(() => createEntrance(mount)).toThrow('stateName is not an option. Known: gateway, failures.')
    expect(createEntrance(mount, ['stateName'])).toBeDefined()
  })

  it('is a function for node:http, and never options', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => createHandler(gateway, { failures: 'throw' })).toThrow('takes a gateway and a function')
    expect(createHandler(gateway)).toBeTypeOf('function')
  })
})
