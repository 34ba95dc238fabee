import { describe, expect, it } from 'vitest'
import { createAnswerReader } from './answer-reader.ts'

/** What the reader says to each piece. */
function read(...pieces: readonly string[]): readonly (string | undefined)[] {
  const reader = createAnswerReader()
  return pieces.map((piece) => reader.read(Buffer.from(piece, 'latin1')))
}

describe('where an answer ends', () => {
  it('is told by its length, wherever it is cut', () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
    expect(read(answer)).toEqual(['200'])
    expect(read(...answer)).toEqual([...Array(answer.length - 1).fill(undefined), '200'])
  })

  it('is told by the last chunk, wherever it is cut', () => {
    const answer = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
    expect(read(answer)).toEqual(['200'])
    expect(read(...answer)).toEqual([...Array(answer.length - 1).fill(undefined), '200'])
  })

  it('is the end of the head where nothing says that there is a body', () => {
    expect(read('HTTP/1.1 303 See Other\r\nlocation: /\r\n\r\n')).toEqual(['303 to /'])
  })

  it('is found again for every answer of a connection', () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'
    expect(read(answer, 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n', answer)).toEqual([
      '200',
      '401',
      '200',
    ])
  })
})

describe('the kind of an answer', () => {
  it('shows where a redirect goes, without what differs each time', () => {
    const login =
      'HTTP/1.1 302 Found\r\nLocation: https://provider.example/authorize?state=1\r\ncontent-length: 0\r\n\r\n'
    expect(read(login)).toEqual(['302 to https://provider.example/authorize'])
  })

  it('shows a failure that is redirected to a page', () => {
    const failed = 'HTTP/1.1 302 Found\r\nlocation: /?error=access_denied\r\ncontent-length: 0\r\n\r\n'
    expect(read(failed)).toEqual(['302 to / with an error'])
  })
})
