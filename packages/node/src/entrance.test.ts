import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/castle.ts'
import { createEntrance } from './index.ts'

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

  it('has patterns for a router, with its prefix taken off and its wildcard put on', () => {
    const patterns = entrance.patterns('/app', '*')
    expect(patterns).toEqual(expect.arrayContaining(['/auth/login', '/auth/callback/:provider', '/api', '/api/*']))
    expect(entrance.patterns('', '{*rest}')).toContain('/app/api/{*rest}')
  })

  it('has none for a router that would put them somewhere else', () => {
    expect(() => entrance.patterns('/other', '*')).toThrow('the gateway is mounted under /other')
  })
})
