import { describe, expect, it } from 'vitest'
import { headerAfter, stoppedClock } from '../../test/cookies.ts'
import { failureIn } from '../../test/failure.ts'
import { FOREIGN, NEWEST, OLDER } from '../../test/secrets.ts'
import { grant, START, session } from '../../test/session.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { seal } from '../crypto/seal.ts'
import { GatewayError } from '../error.ts'
import { COOKIE_OCTETS } from '../http/cookie.ts'
import { nameCookies } from '../http/cookie-naming.ts'
import { encodeSession } from './codec.ts'
import { createEndedSessions } from './ended.ts'
import { createMemo } from './memo.ts'
import { createSealedSessions, type SealedSessions } from './sealed.ts'
import type { Session } from './session.ts'
import { createSessionCookie } from './session-cookie.ts'
import type { Found } from './sessions.ts'

const SECOND = 1_000
const { session: NAME, attributes: ATTRIBUTES } = nameCookies('https://app.example', 'postern')
const LIFETIMES = { idle: 100 * SECOND, absolute: 1_000 * SECOND }

interface World {
  readonly sessions: SealedSessions
  readonly now: ReturnType<typeof stoppedClock>
}

function world(
  secrets: readonly [string, ...string[]] = [NEWEST],
  lifetimes = LIFETIMES,
  now = stoppedClock(START),
): World {
  const sessions = createSealedSessions({
    cookieName: NAME,
    cookie: createSessionCookie(NAME, ATTRIBUTES),
    keyring: createKeyring(secrets, 'session'),
    lifetimes,
    memo: createMemo<string, Found>(),
    ended: createEndedSessions(now),
    now,
  })
  return { sessions, now }
}

/** The session that is there, or a failed test. */
function present(found: Found | undefined): Found {
  if (found === undefined) throw new Error('no session')
  return found
}

describe('a session cookie that was tampered with', () => {
  it('is nobody, whichever character of it was changed, dropped or added', () => {
    const { sessions } = world()
    const header = headerAfter(sessions.create(session(), undefined)) ?? ''
    expect(sessions.read(header)?.session.subject).toBe('42')
    for (let at = NAME.length + 1; at < header.length; at += 1) {
      const other = header[at] === 'A' ? 'B' : 'A'
      expect(sessions.read(header.slice(0, at) + other + header.slice(at + 1))).toBeUndefined()
      expect(sessions.read(header.slice(0, at) + header.slice(at + 1))).toBeUndefined()
      expect(sessions.read(header.slice(0, at) + other + header.slice(at))).toBeUndefined()
      expect(sessions.read(header.slice(0, at))).toBeUndefined()
    }
  })

  it('is nobody when made up, from nothing or from another secret', () => {
    const { sessions } = world()
    const forged = headerAfter(world([FOREIGN]).sessions.create(session(), undefined))
    const header = `${NAME}=1.v1.AAAAAAAA.e30`
    for (const one of [forged, header, `${NAME}=`, `${NAME}=1.`, `${NAME}=42`, `${NAME}=1.{"v":1}`]) {
      expect(sessions.read(one)).toBeUndefined()
    }
  })

  it('is nobody when it was sealed for another purpose or under another name', () => {
    const { sessions } = world()
    const transaction = seal(createKeyring([NEWEST], 'transaction'), NAME, encodeSession(session()))
    const other = seal(createKeyring([NEWEST], 'session'), `${NAME}2`, encodeSession(session()))
    expect(sessions.read(`${NAME}=1.${transaction}`)).toBeUndefined()
    expect(sessions.read(`${NAME}=1.${other}`)).toBeUndefined()
  })

  it('is nobody under another name of ours', () => {
    const { sessions } = world()
    const value = headerAfter(sessions.create(session(), undefined))?.slice(NAME.length + 1)
    expect(sessions.read(`postern.session=${value}`)).toBeUndefined()
    expect(sessions.read(`${NAME.toLowerCase().replace('__host', '__HOST')}=${value}`)).toBeUndefined()
  })

  it('of two that are mixed is neither', () => {
    const { sessions } = world()
    const large = (mark: string): Session =>
      session({ id: mark, grants: { a: grant({ accessToken: mark.repeat(10_000) }) } })
    const one = headerAfter(sessions.create(large('A'), undefined))?.split('; ') ?? []
    const other = headerAfter(sessions.create(large('B'), undefined))?.split('; ') ?? []
    expect(one).toHaveLength(3)
    for (const pairs of [
      [one[0], other[1], one[2]],
      [one[0], one[1], other[2]],
      [other[0], one[1], one[2]],
      [one[0], one[2]?.replace('.2=', '.1='), one[1]?.replace('.1=', '.2=')],
    ]) {
      expect(sessions.read(pairs.join('; '))).toBeUndefined()
    }
    expect(sessions.read(one.join('; '))?.session.id).toBe('A')
  })
})

describe('two session cookies at once', () => {
  it('are ours when the other one does not open, in either order', () => {
    const { sessions } = world()
    const ours = headerAfter(sessions.create(session(), undefined)) ?? ''
    const foreign = headerAfter(world([FOREIGN]).sessions.create(session({ subject: 'evil' }), undefined)) ?? ''
    for (const header of [`${ours}; ${foreign}`, `${foreign}; ${ours}`, `${NAME}=x; ${ours}`, `${ours}; ${NAME}=`]) {
      expect(sessions.read(header)?.session.subject).toBe('42')
    }
  })

  it('are nobody when both open: an attacker may have planted their own', () => {
    const { sessions } = world()
    const mine = headerAfter(sessions.create(session(), undefined))
    const theirs = headerAfter(sessions.create(session({ id: 'other', subject: 'evil' }), undefined))
    expect(sessions.read(`${mine}; ${theirs}`)).toBeUndefined()
    expect(sessions.read(`${theirs}; ${mine}`)).toBeUndefined()
  })

  it('are the live one when the other has ended', () => {
    const { sessions } = world()
    const old = headerAfter(sessions.create(session({ id: 'old' }), undefined))
    const mine = headerAfter(sessions.create(session({ id: 'new' }), undefined))
    sessions.end(present(sessions.read(old)))
    expect(sessions.read(`${old}; ${mine}`)?.session.id).toBe('new')
  })
})

describe('the life of a session', () => {
  it('ends at the idle time, whatever the browser still holds', () => {
    const { sessions, now } = world()
    const header = headerAfter(sessions.create(session(), undefined))
    now.advance(LIFETIMES.idle - 1)
    expect(sessions.read(header)).toBeDefined()
    now.advance(1)
    expect(sessions.read(header)).toBeUndefined()
  })

  it('goes on with activity, in the cookie that activity brings, and not in a copy of the old one', () => {
    const { sessions, now } = world()
    const before = headerAfter(sessions.create(session(), undefined))
    now.advance(LIFETIMES.idle / 10)
    const after = headerAfter(sessions.cookies(present(sessions.read(before)), before), before)
    expect(after).not.toBe(before)
    now.advance(LIFETIMES.idle - 1)
    expect(sessions.read(before)).toBeUndefined()
    expect(sessions.read(after)).toBeDefined()
  })

  it('ends at the absolute time, however active it is', () => {
    const { sessions, now } = world()
    let header = headerAfter(sessions.create(session(), undefined))
    let lived = 0
    for (let found = sessions.read(header); found !== undefined; found = sessions.read(header)) {
      header = headerAfter(sessions.cookies(found, header), header)
      now.advance(LIFETIMES.idle / 2)
      lived += LIFETIMES.idle / 2
    }
    expect(lived).toBe(LIFETIMES.absolute)
  })

  it('ends with a token that nothing can renew', () => {
    const { sessions, now } = world()
    const grants = { a: grant({ refreshToken: undefined, expiresAt: START + 5 * SECOND }) }
    const cookies = sessions.create(session({ grants }), undefined)
    expect(cookies[0]?.attributes.maxAge).toBe(5)
    now.advance(5 * SECOND)
    expect(sessions.read(headerAfter(cookies))).toBeUndefined()
  })

  it('may be a second', () => {
    const { sessions, now } = world([NEWEST], { idle: SECOND, absolute: SECOND })
    const cookies = sessions.create(session(), undefined)
    expect(cookies[0]?.attributes.maxAge).toBe(1)
    now.advance(999)
    expect(sessions.read(headerAfter(cookies))).toBeDefined()
    now.advance(1)
    expect(sessions.read(headerAfter(cookies))).toBeUndefined()
  })

  it('is as long in the browser as here, and not longer than browsers allow', () => {
    const day = 86_400 * SECOND
    const { sessions } = world([NEWEST], { idle: 400 * day, absolute: 400 * day })
    expect(sessions.create(session(), undefined)[0]?.attributes.maxAge).toBe(400 * 86_400)
  })

  it('is looked at again when the memo remembers the session: what is remembered never outlives it', () => {
    const { sessions, now } = world()
    const header = headerAfter(sessions.create(session(), undefined))
    expect(sessions.read(header)).toBe(sessions.read(header))
    const found = present(sessions.read(header))
    now.advance(LIFETIMES.idle)
    expect(sessions.read(header)).toBeUndefined()
    now.advance(-LIFETIMES.idle)
    sessions.end(found)
    expect(sessions.read(header)).toBeUndefined()
  })

  it('costs no Set-Cookie on most requests', () => {
    const { sessions, now } = world()
    const header = headerAfter(sessions.create(session(), undefined))
    now.advance(LIFETIMES.idle / 10 - 1)
    expect(sessions.isDue(present(sessions.read(header)), now())).toBe(false)
    now.advance(1)
    expect(sessions.isDue(present(sessions.read(header)), now())).toBe(true)
  })
})

describe('a session that was ended', () => {
  it('is nobody: neither its cookie nor a copy with another touch brings it back', () => {
    const { sessions, now } = world()
    const before = headerAfter(sessions.create(session(), undefined))
    now.advance(LIFETIMES.idle / 10)
    const found = present(sessions.read(before))
    const copy = headerAfter(sessions.cookies(found, before), before)
    sessions.end(found)
    expect(sessions.read(before)).toBeUndefined()
    expect(sessions.read(copy)).toBeUndefined()
  })

  it('is not revived by a slow request that read it before', () => {
    const { sessions, now } = world()
    const header = headerAfter(sessions.create(session(), undefined))
    const slow = present(sessions.read(header))
    sessions.end(present(sessions.read(header)))
    now.advance(LIFETIMES.idle / 2)
    expect(sessions.cookies({ ...slow, stale: true }, header)).toEqual([])
    expect(sessions.reload(slow)).toBeUndefined()
    expect(sessions.change(slow, (one) => one)).toBeUndefined()
  })

  it('is told apart from one that had ended already', () => {
    const { sessions } = world()
    const found = present(sessions.read(headerAfter(sessions.create(session(), undefined))))
    expect(sessions.end(found)).toBe(found.session)
    expect(sessions.end(found)).toBeUndefined()
  })

  it('is not another session of the same user', () => {
    const { sessions } = world()
    const phone = headerAfter(sessions.create(session({ id: 'phone' }), undefined))
    const laptop = headerAfter(sessions.create(session({ id: 'laptop' }), undefined))
    sessions.end(present(sessions.read(phone)))
    expect(sessions.read(phone)).toBeUndefined()
    expect(sessions.read(laptop)).toBeDefined()
  })

  it('is forgotten by the browser in every part', () => {
    const { sessions } = world()
    const grants = { a: grant({ accessToken: 'x'.repeat(10_000) }) }
    const header = headerAfter(sessions.create(session({ grants }), undefined))
    expect(headerAfter(sessions.clear(header), header)).toBeUndefined()
  })
})

describe('rotation of secrets', () => {
  it('keeps sessions, and seals them with the new secret at the next answer', () => {
    const now = stoppedClock(START)
    const old = headerAfter(world([OLDER], LIFETIMES, now).sessions.create(session(), undefined))
    const rotated = world([NEWEST, OLDER], LIFETIMES, now).sessions
    const renewed = headerAfter(rotated.cookies(present(rotated.read(old)), old), old)
    const after = world([NEWEST], LIFETIMES, now).sessions
    expect(after.read(old)).toBeUndefined()
    expect(after.read(renewed)?.session).toEqual(session())
  })

  it('shrinks a session to its new size and leaves no part behind', () => {
    const { sessions } = world()
    const large = session({ grants: { a: grant({ accessToken: 'x'.repeat(10_000) }) } })
    const before = headerAfter(sessions.create(large, undefined))
    const after = headerAfter(sessions.create(session(), before), before)
    expect(before?.split('; ')).toHaveLength(3)
    expect(after?.split('; ')).toHaveLength(1)
    expect(sessions.read(after)?.session).toEqual(session())
  })
})

describe('a session that is too large', () => {
  it('is refused with the part that is to blame and the remedy, and without its contents', () => {
    const { sessions } = world()
    const grants = { a: grant({ accessToken: 'canary-'.repeat(2_000) }) }
    try {
      sessions.create(session({ grants }), undefined)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError)
      const { code, message } = error as GatewayError
      expect(code).toBe('session_too_large')
      expect(message).toContain('access token of a, 14000 bytes')
      expect(message).toContain('store')
      expect(message).not.toContain('canary')
    }
  })

  it('is found out when it is changed, and not when the response is on its way', () => {
    const { sessions } = world()
    const found = present(sessions.read(headerAfter(sessions.create(session(), undefined))))
    const grants = { a: grant({ refreshToken: 'canary-'.repeat(2_000) }) }
    expect(failureIn(() => sessions.change(found, (one) => ({ ...one, grants }))).code).toBe('session_too_large')
    expect(sessions.change(found, (one) => one)).toBe(found)
  })

  it.each([1, 3, 6, 8])('is not one with a token of %i kB', (kilobytes) => {
    const { sessions } = world()
    const grants = { a: grant({ accessToken: 'x'.repeat(kilobytes * 1_024) }) }
    const cookies = sessions.create(session({ grants }), undefined)
    for (const { name, value } of cookies) expect(name.length + value.length).toBeLessThanOrEqual(COOKIE_OCTETS)
    expect(sessions.read(headerAfter(cookies))?.session.grants).toEqual(grants)
  })
})

describe('what the browser holds', () => {
  it('shows neither tokens nor the user in any encoding', () => {
    const { sessions } = world()
    const header = headerAfter(sessions.create(session(), undefined)) ?? ''
    const decoded = Buffer.from(header.slice(header.lastIndexOf('.') + 1), 'base64url')
    for (const canary of ['access-token-canary', 'refresh-token-canary', 'session-id-canary', 'Frieren']) {
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        const written = Buffer.from(canary).toString(encoding)
        expect(header).not.toContain(written)
        expect(decoded.includes(written)).toBe(false)
      }
    }
  })

  it('is set Secure, HttpOnly, for the root path and no domain, as is its deletion', () => {
    const { sessions } = world()
    const cookies = sessions.create(session(), undefined)
    for (const { attributes } of [...cookies, ...sessions.clear(headerAfter(cookies))]) {
      expect({ ...attributes, maxAge: 0 }).toEqual(ATTRIBUTES)
    }
  })
})
