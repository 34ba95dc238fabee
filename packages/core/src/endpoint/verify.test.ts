import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { json } from '../../test/local-server.ts'
import { headerOf, jsonOf } from '../../test/reply.ts'
import { FETCH, NAVIGATION } from '../../test/request.ts'
import { ORIGIN, type Stage, setStage } from '../../test/stage.ts'
import type { VerifyOptions } from '../options.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage({
    gateway: {
      verify: {
        headers: { 'X-User': ({ subject }) => subject, 'x-name': ({ user }) => user.name, 'x-none': () => undefined },
      },
    },
  })
})

afterEach(() => stage.close())

describe('a reverse proxy that asks about somebody who is not signed in', () => {
  it('is told no, whatever the request claims to be', async () => {
    const plain = await stage.browser().open('/auth/verify', { headers: FETCH })
    expect(plain.status).toBe(401)
    expect(headerOf(plain, 'x-user')).toBeUndefined()
    for (const claim of [
      { 'x-forwarded-uri': '/public' },
      { 'x-original-url': '/public' },
      { 'x-original-uri': '/public' },
      { 'x-forwarded-method': 'OPTIONS' },
      { 'x-forwarded-host': 'evil.example' },
      { 'x-user': '42' },
      { x_user: '42' },
      { authorization: 'Bearer canary-access-token' },
      { 'user-agent': 'kube-probe/1.30' },
    ]) {
      for (const target of ['/auth/verify', '/auth/verify?rd=https://evil.example&x=/public']) {
        const reply = await stage.browser().open(target, { headers: { ...FETCH, ...claim } })
        expect({ ...jsonOf(reply), reference: '' }).toEqual({ ...jsonOf(plain), reference: '' })
        expect(reply.headers).toEqual(plain.headers)
      }
    }
  })

  it('is told where to sign in, here and nowhere else', async () => {
    const reply = await stage.browser().open('/auth/verify?rd=https://evil.example', { headers: FETCH })
    expect(jsonOf(reply)['login_url']).toBe(`${ORIGIN}/auth/login`)
    const page = await stage.browser().open('/auth/verify', { headers: NAVIGATION })
    expect(page.body).toContain('href="/auth/login"')
  })
})

describe('a reverse proxy that asks about somebody who is signed in', () => {
  it('is told who, in every configured header, so that none of the browser’s own gets through', async () => {
    const browser = await stage.signedIn()
    const headers = { ...FETCH, 'x-user': 'evil', 'x-none': 'evil' }
    const reply = await browser.open('/auth/verify', { headers })
    expect(reply.status).toBe(204)
    expect(['x-user', 'x-name', 'x-none'].map((name) => headerOf(reply, name))).toEqual(['42', 'Frieren', ''])
    expect(headerOf(reply, 'cache-control')).toBe('no-store')
    expect(reply.body).toBeUndefined()
  })

  it('is never told more than one line', async () => {
    stage.server.on('/me', json(200, { id: '42', name: 'Frieren\r\nX-Admin: 1\u2028 ö%' }))
    const browser = await stage.signedIn()
    const reply = await browser.open('/auth/verify', { headers: FETCH })
    expect(headerOf(reply, 'x-name')).toMatch(/^[\x21-\x7e ]+$/)
    expect(decodeURIComponent(headerOf(reply, 'x-name') ?? '')).toBe('Frieren\r\nX-Admin: 1\u2028 ö%')
  })

  it('is told nothing when the application cannot say who it is', async () => {
    await stage.close()
    let say = (): unknown => undefined
    // @ts-expect-error -- what a JavaScript user may write
    const verify: VerifyOptions = { headers: { 'x-user': () => say() } }
    stage = await setStage({ gateway: { verify } })
    const browser = await stage.signedIn()
    const broken = () => {
      throw new Error('canary')
    }
    for (say of [broken, () => ['canary'], async () => 'canary']) {
      const reply = await browser.open('/auth/verify', { headers: FETCH })
      expect(reply.status).toBe(502)
      expect(jsonOf(reply)['code']).toBe('identity_header_invalid')
      expect(reply.body).not.toContain('canary')
      expect(headerOf(reply, 'x-user')).toBeUndefined()
    }
  })

  it('keeps them signed in: to be asked about is activity', async () => {
    const browser = await stage.signedIn()
    stage.now.advance(86_400_000)
    const reply = await browser.open('/auth/verify', { headers: FETCH })
    expect(reply.cookies.map(({ name }) => name)).toEqual(['__Host-postern.session'])
  })
})
