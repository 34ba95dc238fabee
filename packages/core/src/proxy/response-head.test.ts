import { describe, expect, it } from 'vitest'
import { createResponseFilter, responseHeaders, responseTrailers } from './response-head.ts'

const ROUTE = {
  prefix: '/api',
  origin: 'https://target.example',
  basePath: '/v1',
  responseFilter: createResponseFilter(),
}

function headersFor(lines: readonly string[], status = 200, carriesSession = false): readonly string[] {
  return responseHeaders(status, lines, ROUTE, '/v1/users/1', carriesSession)
}

describe('a response on its way to the browser', () => {
  it('is for nobody else when it carries a session (SC-16)', () => {
    const lines = headersFor(['cache-control', 'public, max-age=600'], 200, true)
    expect(lines[lines.indexOf('cache-control') + 1]).toBe('private, no-store')
    expect(lines).toContain('cookie')
  })

  it('has one Cache-Control, whatever the target had', () => {
    const lines = headersFor(['Cache-Control', 'public', 'cache-control', 'max-age=5'])
    expect(lines.filter((line) => line === 'cache-control')).toHaveLength(1)
    expect(lines[lines.indexOf('cache-control') + 1]).toBe('private, max-age=5')
  })

  it('has no length where there can be no body', () => {
    expect(headersFor(['content-length', '5'], 204)).not.toContain('content-length')
    expect(headersFor(['content-length', '5'], 304)).toContain('content-length')
  })

  it('says nothing of where else the target has addresses', () => {
    for (const location of [
      'https://target.example:8443/v1/x',
      'http://target.example/v1/x',
      'https://user@target.example/admin',
      'https://target.example/v1/%2e%2e/admin',
      'HTTPS://TARGET.EXAMPLE/admin',
      '\thttps://target.example/admin',
    ]) {
      expect([location, headersFor(['location', location, 'content-location', location])]).toEqual([
        location,
        headersFor([]),
      ])
    }
  })

  it('remembers what it has decided about names without mixing them up', () => {
    for (let round = 0; round < 3; round += 1) {
      expect(headersFor(['x-a', '1', 'set-cookie', '2', 'SET_COOKIE', '3']).slice(0, 2)).toEqual(['x-a', '1'])
      for (let name = 0; name < 300; name += 1) headersFor([`x-${round}-${name}`, '1'])
    }
    expect(headersFor(['set-cookie', '1', 'x-new', '2']).slice(0, 2)).toEqual(['x-new', '2'])
  })
})

describe('trailers', () => {
  it('are passed on, but for those that frame, route or command', () => {
    const lines = [
      'X-Sum',
      '1',
      'x-sum',
      '2',
      'Set-Cookie',
      'a',
      'Content-Length',
      '1',
      'Vary',
      '*',
      'Clear-Site-Data',
      '*',
    ]
    expect(responseTrailers(lines, ROUTE.responseFilter)).toEqual(['x-sum', '1', 'x-sum', '2'])
  })
})
