import { describe, expect, it } from 'vitest'
import { parseSetCookie } from './set-cookie.ts'

function parsed(line: string) {
  const result = parseSetCookie(line)
  if (!result.ok) throw new Error(result.reason)
  return result.cookie
}

describe('a Set-Cookie line', () => {
  it('holds 4,096 octets of name and value, and not one more', () => {
    expect(parseSetCookie(`n=${'v'.repeat(4095)}`).ok).toBe(true)
    expect(parseSetCookie(`n=${'v'.repeat(4096)}`)).toMatchObject({ ok: false })
    expect(parseSetCookie(`n=${'é'.repeat(2048)}`)).toMatchObject({ ok: false })
    expect(parseSetCookie(`n=${'v'.repeat(4095)}; Path=/; HttpOnly; Secure; SameSite=Lax`).ok).toBe(true)
  })

  it.each(['a=b\x00', 'a=\rb', 'a\x7f=b', '', '=', ' ; Path=/'])('is dropped when it is %j', (line) => {
    expect(parseSetCookie(line).ok).toBe(false)
  })

  it('may lack a name, or a value', () => {
    expect(parsed('value')).toMatchObject({ name: '', value: 'value' })
    expect(parsed('=value')).toMatchObject({ name: '', value: 'value' })
    expect(parsed('name=')).toMatchObject({ name: 'name', value: '' })
  })

  it('keeps everything after the first equals sign, quotes included', () => {
    expect(parsed('a="b=c"').value).toBe('"b=c"')
  })

  it('lets the last of several attributes win, in any case', () => {
    expect(parsed('a=b; PATH=/x; path=/y; SAMESITE=none; SameSite=Strict')).toMatchObject({
      path: '/y',
      sameSite: 'strict',
    })
  })

  it('is Lax unless it says otherwise, nonsense included', () => {
    for (const line of ['a=b', 'a=b; SameSite', 'a=b; SameSite=Sometimes']) expect(parsed(line).sameSite).toBe('lax')
  })

  it('overlooks attributes that are too long or make no sense', () => {
    expect(parsed(`a=b; Path=/${'x'.repeat(1024)}`).path).toBeUndefined()
    expect(parsed('a=b; Path=x; Max-Age=1e9; Expires=soon; Domain=')).toMatchObject({
      path: undefined,
      maxAge: undefined,
      expires: undefined,
      domain: undefined,
    })
    expect(parsed('a=b; Domain=.App.Example; Max-Age=-1')).toMatchObject({ domain: 'app.example', maxAge: -1 })
  })
})
