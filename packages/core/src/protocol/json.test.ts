import { describe, expect, it } from 'vitest'
import { parseJson, withoutProto } from './json.ts'

describe('parseJson', () => {
  it.each([
    ['HTML', '<!doctype html>'],
    ['nothing', ''],
    ['a truncated object', '{"access_token":"a'],
    ['an object that repeats itself 100,000 levels down', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['an object nested deeper than anything real', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
  ])('gives nothing for %s', (_what, text) => {
    expect(parseJson(text)).toBeUndefined()
  })

  it('keeps the last of two members with one name', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 })
  })

  it('tells null from nothing', () => {
    expect(parseJson('null')).toBeNull()
  })
})

describe('withoutProto', () => {
  it('drops a member that would change a prototype when it is assigned', () => {
    const parsed = JSON.parse('{"__proto__":{"isAdmin":true},"sub":"1"}')
    expect(Object.entries(withoutProto(parsed))).toEqual([['sub', '1']])
  })
})
