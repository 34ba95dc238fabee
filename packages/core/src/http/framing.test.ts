import { describe, expect, it } from 'vitest'
import { hasOneMediaType, isFramedPlainly } from './framing.ts'

describe('the body of a request', () => {
  it.each([undefined, 'chunked', 'Chunked', ' chunked '])('is plain when its coding is %j', (coding) => {
    expect(isFramedPlainly({ 'transfer-encoding': coding })).toBe(true)
  })

  it('is not when there are several lines of codings', () => {
    expect(isFramedPlainly({ 'transfer-encoding': ['chunked', 'gzip'] })).toBe(false)
  })

  it.each(['gzip, chunked', 'chunked, chunked', 'identity', 'chunked, identity', 'xchunked', ''])(
    'is not when its coding is %j',
    (coding) => {
      expect(isFramedPlainly({ 'transfer-encoding': coding })).toBe(false)
    },
  )
})

describe('what a body is', () => {
  it.each([
    [[]],
    [['Content-Type', 'text/plain; charset=utf-8']],
    [['content-type', 'multipart/related; boundary="a,b"; type="text/\\"xml"']],
    [['x', 'a, b', 'content-type', 'text/plain']],
  ])('is said once, or not at all, in %j', (rawHeaders) => {
    expect(hasOneMediaType(rawHeaders)).toBe(true)
  })

  it.each([
    [['Content-Type', 'text/plain', 'content-type', 'text/plain']],
    [['content-type', 'text/plain, text/html']],
    [['content-type', 'text/plain; a="b" , text/html']],
    [['content-type', 'text/plain; a="b']],
  ])('is said twice, or nobody knows, in %j', (rawHeaders) => {
    expect(hasOneMediaType(rawHeaders)).toBe(false)
  })
})
