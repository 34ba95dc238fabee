import assert from 'node:assert/strict'
import { type Next, type Reply, serializeCookie } from '@postern/core'
import { headerLines, type RawResponse } from './raw-response.ts'

/** Holds a response to what the core decided, octet by octet, beside the cookie the application set before. */
export function expectReply(
  response: RawResponse,
  decision: Next | Reply,
  { method = 'GET', earlierCookie }: { readonly method?: string; readonly earlierCookie: string },
): void {
  assert.equal(decision.type, 'reply', 'the core answers its own paths')
  if (decision.type !== 'reply') return
  assert.equal(response.status, decision.status)
  for (const [name, value] of decision.headers) expectHeader(response, name, value)
  for (const name of ['location', 'content-type']) {
    const expected: readonly string[] = decision.headers.filter((line) => line[0] === name).map((line) => line[1])
    assert.deepEqual(headerLines(response, name), expected, `${name}, as the core wrote it`)
  }
  const cookies = [earlierCookie, ...decision.cookies.map(serializeCookie)]
  assert.deepEqual(headerLines(response, 'set-cookie'), cookies, 'cookies: the earlier one, then those of the core')
  assert.equal(response.body, method === 'HEAD' ? '' : (decision.body ?? ''))
}

function expectHeader(response: RawResponse, name: string, value: string): void {
  const lines = headerLines(response, name)
  if (name === 'vary') {
    const fields = lines
      .join(', ')
      .toLowerCase()
      .split(/\s*,\s*/)
    for (const field of value.toLowerCase().split(/\s*,\s*/)) assert.ok(fields.includes(field), `vary has ${field}`)
    return
  }
  assert.deepEqual(lines, [value], `${name} stands there once, as the core wrote it`)
}
