import { array, constantFrom, oneof, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { isUnder, upstreamPath } from './upstream-path.ts'

const ROUTE = { prefix: '/api/castle', basePath: '/v1', encodedSlashes: 'refuse' } as const

const pieces = array(
  oneof(
    constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '\\',
      ';',
      '@',
      ':',
      '?',
      '#',
      '%25',
      '%00',
      '%c0%ae',
      'v1',
    ),
    string({ maxLength: 3, unit: 'binary' }),
  ),
  { maxLength: 12 },
)
const targets = tuple(
  constantFrom('/api/castle', '/api/castle/', '/api', '', 'http://evil.example/api/castle', '//evil.example'),
  pieces,
).map(([start, rest]) => start + rest.join(''))

describe('the path to ask a target for', () => {
  it('stays below its base path, however often somebody decodes it', () => {
    always(
      property(targets, (target) => {
        const path = upstreamPath(target, ROUTE)
        if (path === undefined) return
        let current = path.split('?', 1)[0] ?? ''
        for (let decodings = 0; decodings < 8; decodings += 1) {
          const { host, pathname } = new URL(`http://target.example${current}`)
          expect(host).toBe('target.example')
          expect(pathname === '/v1' || pathname.startsWith('/v1/')).toBe(true)
          expect(current.split(/[/\\]/)).not.toContain('..')
          current = current.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
        }
      }),
    )
  })

  it('is what the browser sent after the prefix, byte for byte, or nothing', () => {
    always(
      property(targets, (target) => {
        const path = upstreamPath(target, ROUTE)
        if (path !== undefined && !/access|%/i.test(target))
          expect(path).toBe(`/v1${target.slice('/api/castle'.length)}`)
      }),
    )
  })

  it('can stand on a request line', () => {
    always(
      property(targets, (target) => {
        expect(upstreamPath(target, ROUTE) ?? '/').toMatch(/^\/[\x21-\x7e]*$/)
      }),
    )
  })

  it('is the root of a target without a base path', () => {
    const bare = { ...ROUTE, basePath: '' }
    expect(upstreamPath('/api/castle', bare)).toBe('/')
    expect(upstreamPath('/api/castle?a=1', bare)).toBe('/?a=1')
    expect(upstreamPath('/api/castle/x', bare)).toBe('/x')
    expect(upstreamPath('/api/castle//evil.example', bare)).toBeUndefined()
  })

  it('takes no time to speak of, whatever it is (DS-05)', () => {
    for (const unit of ['/', '%25', '%2525', '..;', 'a=1&', '%', '/.', ';', 'access']) {
      const long = unit.repeat(65_536 / unit.length)
      const start = performance.now()
      upstreamPath(`/api/castle/${long}`, ROUTE)
      upstreamPath(`/api/castle?${long}`, ROUTE)
      expect(performance.now() - start).toBeLessThan(500)
    }
  })
})

describe('a path', () => {
  it('is under a prefix at the end of a segment only', () => {
    for (const path of ['/api/castle', '/api/castle/', '/api/castle/x']) expect(isUnder(path, '/api/castle')).toBe(true)
    for (const path of ['/api/castlex', '/api/cast', '/api/castle;x', '/API/castle', '/x/api/castle', '']) {
      expect(isUnder(path, '/api/castle')).toBe(false)
    }
  })
})
