import type { Route } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { createPathMatcher, pathOf } from './index.ts'

const routes: readonly Route[] = [
  { name: 'login', path: '/app/auth/login', methods: ['GET'] },
  { name: 'callback', path: '/app/auth/callback/:provider', methods: ['GET', 'POST'] },
]

describe('createPathMatcher', () => {
  const isOwn = createPathMatcher(routes)

  it('knows the paths of the gateway', () => {
    for (const path of ['/app/auth/login', '/app/auth/callback/x', '/app/auth/callback/%zz', '/app/auth/callback/']) {
      expect([path, isOwn(path)]).toEqual([path, true])
    }
  })

  it('compares byte for byte, from the first to the last', () => {
    for (const path of [
      '/app/auth/login/',
      '/app/auth/Login',
      '/app//auth/login',
      '/app/auth/log%69n',
      '/x/app/auth/login',
      '/app/auth/login\n',
      '/app/auth/callback/a/b',
      '/app/auth/callback',
      '',
    ]) {
      expect([path, isOwn(path)]).toEqual([path, false])
    }
  })

  it('takes no part of a path for a pattern', () => {
    const dotted = createPathMatcher([{ name: 'login', path: '/a.b+(c)/login', methods: ['GET'] }])
    expect([dotted('/a.b+(c)/login'), dotted('/axb+(c)/login')]).toEqual([true, false])
  })
})

describe('pathOf', () => {
  it('leaves out query, fragment, and the origin of an absolute target', () => {
    for (const [target, path] of [
      ['/a/b?c=/d?e', '/a/b'],
      ['/a#b?c', '/a'],
      ['/', '/'],
      ['http://evil.example/a?b', '/a'],
      ['HTTPS://evil.example:1/a#b', '/a'],
      ['//evil.example/a', '//evil.example/a'],
      ['/a?http://b/c', '/a'],
      ['*', '*'],
    ]) {
      expect(pathOf(String(target))).toBe(path)
    }
  })
})
