import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCodes } from './codes.ts'
import { createSigner } from './signing.ts'

describe('a code', () => {
  const request = new URLSearchParams({ nonce: 'n', octets: '120' })

  it('is worth a token response once', () => {
    const codes = createCodes((asked) => ({ nonce: asked.get('nonce') }))
    const code = codes.issue(request)
    const response: unknown = JSON.parse(codes.redeem(code) ?? '')
    expect(response).toMatchObject({
      token_type: 'Bearer',
      nonce: 'n',
      access_token: expect.stringMatching(/^.{120}$/),
    })
    expect(codes.redeem(code)).toBeUndefined()
  })
})

describe('an ID token', () => {
  it.each(['RS256', 'ES256'] as const)('is signed with %s, as its key can verify', (algorithm) => {
    const signer = createSigner(algorithm)
    const [head = '', body = '', signature = ''] = signer.sign({ sub: 'user-1' }).split('.')
    const key = { key: createPublicKey({ key: signer.jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({
      alg: algorithm,
      kid: signer.jwk['kid'],
    })
  })
})
