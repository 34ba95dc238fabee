import type { Cookie } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { withSettlement } from './index.ts'

const COOKIE: Cookie = {
  name: 'a',
  value: '1',
  attributes: { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 1 },
}
const LINE = 'a=1; Max-Age=1; Path=/; HttpOnly; Secure; SameSite=Lax'
const NO_STORE = [['cache-control', 'no-store']] as const

describe('an error that takes a settlement with it', () => {
  it('is the same error, with its own headers and ours', () => {
    const error = Object.assign(new Error('broken'), { headers: { 'X-Own': '1', 'Set-Cookie': 'own=1' } })
    expect(withSettlement(error, { headers: NO_STORE, cookies: [COOKIE] })).toBe(error)
    expect(error.headers).toEqual({ 'X-Own': '1', 'cache-control': 'no-store', 'set-cookie': ['own=1', LINE] })
  })

  it('shows nothing of it to who prints errors', () => {
    const error = withSettlement(new Error('broken'), { headers: [], cookies: [COOKIE] })
    expect(Object.keys(Object(error))).toEqual([])
  })

  it('has no cookies when there are none: an empty list would remove those of others', () => {
    const error = withSettlement(new Error('broken'), { headers: NO_STORE, cookies: [] })
    expect(error).toMatchObject({ headers: { 'cache-control': 'no-store' } })
    expect(Reflect.get(Object(error), 'headers')).not.toHaveProperty('set-cookie')
  })

  it('is left as it is when it can take nothing', () => {
    const frozen = Object.freeze(new Error('frozen'))
    for (const error of ['text', 1, null, undefined, frozen]) {
      expect(withSettlement(error, { headers: NO_STORE, cookies: [COOKIE] })).toBe(error)
    }
  })
})
