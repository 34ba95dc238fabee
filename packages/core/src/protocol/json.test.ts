import { describe, expect, it } from 'vitest'
import { parseJson, repeatsMember, withoutProto } from './json.ts'

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

  it('reads over a byte order mark', () => {
    expect(parseJson('\ufeff{"a":1}')).toEqual({ a: 1 })
  })

  it('tells null from nothing', () => {
    expect(parseJson('null')).toBeNull()
  })
})

describe('a member that is named twice', () => {
  it.each([
    ['one after the other', '{"a":1,"a":2}'],
    ['with others between', '{"a":{"a":[{}]},"b":"x","a":null}'],
    ['in another spelling', '{"access_token":"a","access\\u005ftoken":"b"}'],
    ['the empty name', '{"":1,"":2}'],
    ['with white space', '{ "a"\n:\t1 , "a" :2 }'],
  ])('is found %s', (_what, text) => {
    expect(() => JSON.parse(text)).not.toThrow()
    expect(repeatsMember(text)).toBe(true)
  })

  it.each([
    ['names that differ', '{"a":1,"A":2,"b":3}'],
    ['one name on two levels', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
    ['values that look like members', '{"a":"\\"a\\":1,\\"a\\":2","b":"{\\"b\\":{"}'],
    ['a backslash at the end of a value', '{"a":"\\\\","b":"a"}'],
    ['a list', '[{"a":1},{"a":2}]'],
    ['a word', '"a"'],
  ])('is not found in %s', (_what, text) => {
    expect(() => JSON.parse(text)).not.toThrow()
    expect(repeatsMember(text)).toBe(false)
  })
})

describe('withoutProto', () => {
  it('drops a member that would change a prototype when it is assigned', () => {
    const parsed = JSON.parse('{"__proto__":{"isAdmin":true},"sub":"1"}')
    expect(Object.entries(withoutProto(parsed))).toEqual([['sub', '1']])
  })
})
