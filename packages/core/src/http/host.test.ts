import { describe, expect, it } from 'vitest'
import { hasOneHost } from './host.ts'

describe('a request with two Host lines', () => {
  it.each([
    [['Host', 'app.example', 'Host', 'evil.example']],
    [['host', 'app.example', 'accept', '*/*', 'HOST', 'app.example']],
    [['hOsT', 'a', 'Host', 'b', 'host', 'c']],
  ])('is found out: %j', (rawHeaders) => {
    expect(hasOneHost(rawHeaders)).toBe(false)
  })
})

describe('a request with at most one', () => {
  it.each([
    [[]],
    [['Host', 'app.example']],
    [['X-Host', 'evil.example', 'Host', 'app.example']],
    // Values are not names, whatever they say.
    [['Host', 'host', 'x', 'host', 'y', 'Host']],
    [['Host']],
  ])('passes: %j', (rawHeaders) => {
    expect(hasOneHost(rawHeaders)).toBe(true)
  })
})
