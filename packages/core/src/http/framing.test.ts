import { describe, expect, it } from 'vitest'
import { isFramedPlainly } from './framing.ts'

describe('the body of a request', () => {
  it.each([undefined, 'chunked', 'Chunked', ' chunked '])('is plain when its coding is %j', (coding) => {
    expect(isFramedPlainly({ 'transfer-encoding': coding })).toBe(true)
  })

  it.each(['gzip, chunked', 'chunked, chunked', 'identity', 'chunked, identity', 'xchunked', ''])(
    'is not when its coding is %j',
    (coding) => {
      expect(isFramedPlainly({ 'transfer-encoding': coding })).toBe(false)
    },
  )
})
