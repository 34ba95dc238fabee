import { describe, expect, it } from 'vitest'
import { headerAfter, stoppedClock } from '../../test/cookies.ts'
import { failureOf } from '../../test/failure.ts'
import { hooked } from '../../test/processes.ts'
import { FOREIGN, NEWEST, OLDER } from '../../test/secrets.ts'
import { grant, START, session } from '../../test/session.ts'
import { begun, LIFETIMES, NAME, present, sealedSessions, storedSessions } from '../../test/stored-sessions.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { GatewayError } from '../error.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { createSessionDirectory, type SessionDirectory } from './directory.ts'
import { createHandle } from './handle.ts'
import type { Session } from './session.ts'
import type { Found, Sessions } from './sessions.ts'

interface World {
  readonly now: ReturnType<typeof stoppedClock>
  readonly store: Store
  readonly sessions: Sessions
  /** Operations on the store so far. */
  readonly operations: (keyof Store)[]
}

function world(): World {
  const now = stoppedClock(START)
  const operations: (keyof Store)[] = []
  const store = hooked(memoryStore({ now }), (name) => operations.push(name))
  return { now, store, operations, sessions: storedSessions(store, now) }
}

const touched = (one: Session): Session => ({ ...one, touchedAt: one.touchedAt + 1 })

describe('a handle that nobody was given', () => {
  it('is nobody, and costs no look-up when it was made up', async () => {
    const { sessions, store, now, operations } = world()
    const foreign = storedSessions(store, now, [FOREIGN])
    const header = await begun(foreign, session())
    operations.length = 0
    for (const one of [header, `${NAME}=1.v1.AAAAAAAA.e30`, `${NAME}=${createHandle().text}`, `${NAME}=1.x`]) {
      expect(await sessions.read(one)).toBeUndefined()
    }
    expect(operations).toEqual([])
  })

  it('is not taken on: an unknown id stays unknown', async () => {
    const { sessions, now } = world()
    const elsewhere = await begun(storedSessions(memoryStore({ now }), now), session())
    expect(await sessions.read(elsewhere)).toBeUndefined()
    expect(await sessions.read(elsewhere)).toBeUndefined()
  })

  it('does not open a record that somebody put in another’s place', async () => {
    const { sessions, store } = world()
    const mine = await present(sessions, await begun(sessions, session({ id: 'mine' })))
    const theirs = await begun(sessions, session({ id: 'theirs', subject: 'evil' }))
    const their = await present(sessions, theirs)
    const [from, to] = [their.record?.handle.key ?? '', mine.record?.handle.key ?? '']
    const record = await store.get(from)
    await store.delete(to)
    await store.put(to, { value: record?.value ?? '', expiresIn: 1_000, indexes: [] }, { type: 'absent' })
    expect(await sessions.reload(mine)).toBeUndefined()
    expect(await sessions.read(theirs)).toBeDefined()
  })

  it('of two is neither, whichever comes first', async () => {
    const { sessions } = world()
    const [one, other] = [await begun(sessions, session()), await begun(sessions, session({ id: 'other' }))]
    expect(await sessions.read(`${one}; ${other}`)).toBeUndefined()
    expect(await sessions.read(`${other}; ${one}`)).toBeUndefined()
    expect(await sessions.read(`${NAME}=x; ${one}`)).toBeDefined()
  })
})

describe('a session that was ended', () => {
  it('is nobody, for every copy of its cookie, and is told apart from one that never was', async () => {
    const { sessions } = world()
    const header = await begun(sessions, session())
    const found = await present(sessions, header)
    expect((await sessions.end(found))?.subject).toBe('42')
    expect(await sessions.end(found)).toBeUndefined()
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('is not brought back by a slow request: not by its activity, nor by a renewed token, nor by a profile', async () => {
    const { sessions, now } = world()
    const header = await begun(sessions, session())
    const slow = await present(sessions, header)
    await sessions.end(await present(sessions, header))
    now.advance(LIFETIMES.idle / 2)
    expect(await sessions.touch(slow)).toBeUndefined()
    expect(await sessions.change(slow, touched)).toBeUndefined()
    expect(await sessions.reload(slow)).toBeUndefined()
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('is given back as it was in the end, and not as the one who ended it had read it', async () => {
    const { sessions } = world()
    const found = await present(sessions, await begun(sessions, session()))
    await sessions.change(found, (one) => ({ ...one, grants: { a: grant({ refreshToken: 'renewed' }) } }))
    expect((await sessions.end(found))?.grants['a']?.refreshToken).toBe('renewed')
  })

  it('is not another of the same user', async () => {
    const { sessions } = world()
    const phone = await begun(sessions, session({ id: 'phone' }))
    const laptop = await begun(sessions, session({ id: 'laptop' }))
    await sessions.end(await present(sessions, phone))
    expect(await sessions.read(laptop)).toBeDefined()
  })
})

describe('the life of a stored session', () => {
  it('ends at the idle time and at the absolute time, in the store too', async () => {
    const { sessions, now, store } = world()
    const idle = await begun(sessions, session())
    const key = (await present(sessions, idle)).record?.handle.key ?? ''
    now.advance(LIFETIMES.idle - 1)
    expect(await sessions.read(idle)).toBeDefined()
    now.advance(1)
    expect(await sessions.read(idle)).toBeUndefined()
    expect(await store.get(key)).toBeUndefined()

    const active = await begun(sessions, session({ signedInAt: now(), touchedAt: now() }))
    let lived = 0
    for (let found = await sessions.read(active); found !== undefined; found = await sessions.read(active)) {
      await sessions.touch(found)
      now.advance(LIFETIMES.idle / 2)
      lived += LIFETIMES.idle / 2
    }
    expect(lived).toBe(LIFETIMES.absolute)
  })

  it('ends with a token that nothing can renew', async () => {
    const { sessions, now } = world()
    const grants = { a: grant({ refreshToken: undefined, expiresAt: START + 5_000 }) }
    const header = await begun(sessions, session({ grants }))
    now.advance(5_000)
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('costs one look-up for a request, and nothing is written most of the time', async () => {
    const { sessions, operations, now } = world()
    const header = await begun(sessions, session())
    operations.length = 0
    const found = await present(sessions, header)
    expect(await sessions.touch(found)).toBe(found)
    expect(sessions.isDue(found, now())).toBe(false)
    expect(operations).toEqual(['get'])
    now.advance(LIFETIMES.idle / 10)
    await sessions.touch(await present(sessions, header))
    expect(operations).toEqual(['get', 'get', 'put'])
  })

  it('is slid by one of many requests that find it due at once', async () => {
    const { sessions, now, store } = world()
    const header = await begun(sessions, session())
    now.advance(LIFETIMES.idle / 10)
    const many = await Promise.all(Array.from({ length: 200 }, () => present(sessions, header)))
    const before = (await store.get(many[0]?.record?.handle.key ?? ''))?.version ?? 0
    const after = await Promise.all(many.map((found) => sessions.touch(found)))
    expect(new Set(after.map((found) => found?.session.touchedAt))).toEqual(new Set([now()]))
    expect(new Set(after.map((found) => found?.record?.version))).toEqual(new Set([before + 1]))
  })
})

describe('a change of a stored session', () => {
  it('is made to what is there now, so that no other change is lost', async () => {
    const { sessions } = world()
    const header = await begun(sessions, session())
    const stale = await present(sessions, header)
    await Promise.all([
      sessions.change(stale, (one) => ({ ...one, user: { id: '42', name: 'Fern' } })),
      sessions.change(stale, (one) => ({ ...one, grants: { a: grant({ accessToken: 'new' }) } })),
      sessions.change(stale, (one) => ({ ...one, touchedAt: START + 1 })),
    ])
    const { session: now } = await present(sessions, header)
    expect([now.user.name, now.grants['a']?.accessToken, now.touchedAt]).toEqual(['Fern', 'new', START + 1])
  })

  it('under a lease is not made when somebody else was given it', async () => {
    const { sessions, store, now } = world()
    const header = await begun(sessions, session())
    const found = await present(sessions, header)
    const key = found.record?.handle.key ?? ''
    const late = await store.lease(key, 'refresh.a', 1_000)
    now.advance(1_000)
    await store.lease(key, 'refresh.a', 1_000)
    expect(await sessions.change(found, touched, late)).toBeUndefined()
    expect((await present(sessions, header)).session.touchedAt).toBe(START)
  })

  it('under a lease survives activity that was written down meanwhile', async () => {
    const { sessions, store } = world()
    const found = await present(sessions, await begun(sessions, session()))
    const lease = await store.lease(found.record?.handle.key ?? '', 'refresh.a', 1_000)
    for (let touch = 0; touch < 5; touch += 1) await sessions.change(found, touched)
    const written = await sessions.change(found, (one) => ({ ...one, sid: 'renewed' }), lease)
    expect([written?.session.sid, written?.session.touchedAt]).toEqual(['renewed', START + 5])
  })

  it('that changes nothing writes nothing', async () => {
    const { sessions, operations } = world()
    const found = await present(sessions, await begun(sessions, session()))
    operations.length = 0
    expect(await sessions.change(found, (one) => one)).toBe(found)
    expect(operations).toEqual([])
  })

  it('that others keep getting ahead of is a 503, and not a sign-out', async () => {
    const { sessions, store, now } = world()
    const header = await begun(sessions, session())
    const busy: Sessions = storedSessions(
      hooked(store, async (name) => {
        if (name === 'put') await sessions.change(await present(sessions, header), touched)
      }),
      now,
    )
    const found = await present(busy, header)
    expect((await failureOf(Promise.resolve(busy.change(found, touched)))).code).toBe('store_unavailable')
    expect(await sessions.read(header)).toBeDefined()
  })
})

describe('a store that fails', () => {
  it.each(['get', 'put', 'take'] as const)('makes nobody anonymous: %s', async (failing) => {
    const { sessions, store, now } = world()
    const header = await begun(sessions, session())
    const found = await present(sessions, header)
    now.advance(LIFETIMES.idle / 2)
    const down = storedSessions(
      hooked(store, (name) => {
        if (name === failing) throw new GatewayError('store_unavailable')
      }),
      now,
    )
    const attempts: Readonly<Record<typeof failing, () => unknown>> = {
      get: () => down.read(header),
      put: () => down.touch(found),
      take: () => down.end(found),
    }
    expect((await failureOf(Promise.resolve(attempts[failing]()))).code).toBe('store_unavailable')
    expect(await sessions.read(header)).toBeDefined()
  })
})

describe('a session that was sealed before there was a store', () => {
  function moved(now = stoppedClock(START)) {
    const store = memoryStore({ now })
    return {
      now,
      store,
      before: sealedSessions(now),
      after: storedSessions(store, now),
      other: storedSessions(store, now),
    }
  }

  it('moves into it once, in whichever process and however often it shows up', async () => {
    const { before, after, other } = moved()
    const header = await begun(before, session())
    const found = await Promise.all([after, other, after, other].map((sessions) => present(sessions, header)))
    expect(new Set(found.map(({ record }) => record?.handle.key)).size).toBe(1)
    const next = headerAfter(after.cookies(found[0] as Found, header), header)
    expect(next).not.toBe(header)
    expect((await present(other, next)).session.subject).toBe('42')
  })

  it('stays signed out when it was signed out there, though its old cookie is still about', async () => {
    const { now, before, after, other } = moved()
    const header = await begun(before, session())
    await after.end(await present(after, header))
    for (let day = 0; day < 5; day += 1) {
      expect(await after.read(header)).toBeUndefined()
      expect(await other.read(header)).toBeUndefined()
      now.advance(LIFETIMES.idle / 10)
    }
  })

  it('brings what it has become since, when a process without the store renewed its token meanwhile', async () => {
    const { before, after } = moved()
    const header = await begun(before, session())
    await present(after, header)
    const renewed = before.change(await present(before, header), (one) => ({
      ...one,
      grants: { a: grant({ refreshToken: 'renewed', receivedAt: START + 1 }) },
    }))
    const next = headerAfter(before.cookies(renewed as Found, header), header)
    expect((await present(after, next)).session.grants['a']?.refreshToken).toBe('renewed')
    // And an old copy of the cookie does not take it back.
    expect((await present(after, header)).session.grants['a']?.refreshToken).toBe('renewed')
  })

  it('ends for a copy of its cookie when it ends by itself', async () => {
    const { now, before, after } = moved()
    const header = await begun(before, session())
    await present(after, header)
    now.advance(LIFETIMES.idle)
    expect(await after.read(header)).toBeUndefined()
  })
})

describe('rotation of the secrets of a store', () => {
  function directoryOf(store: Store, now: () => number, secrets: readonly [string, ...string[]]): SessionDirectory {
    const summaries = createKeyring(secrets, 'summary')
    return createSessionDirectory({ store, summaries, lifetimes: LIFETIMES, onEnded: () => undefined, now })
  }

  it('signs nobody out and hides nobody: what was used since outlives the old secret', async () => {
    const { store, now, sessions } = world()
    const old = storedSessions(store, now, [OLDER])
    const header = await begun(old, session())
    const rotating = storedSessions(store, now, [NEWEST, OLDER])
    const found = (await rotating.touch(await present(rotating, header))) as Found
    const renewed = headerAfter(rotating.cookies(found, header), header)

    expect(await sessions.read(header)).toBeUndefined()
    expect((await present(sessions, renewed)).session.subject).toBe('42')
    const directory = directoryOf(store, now, [NEWEST])
    expect(await directory.list('a', '42')).toHaveLength(1)
    await directory.end('a', '42', () => true)
    expect(await sessions.read(renewed)).toBeUndefined()
  })

  it('writes a record anew once, also for a browser that never takes the new cookie', async () => {
    const { store, now, operations } = world()
    const header = await begun(storedSessions(store, now, [OLDER]), session())
    const rotating = storedSessions(store, now, [NEWEST, OLDER])
    operations.length = 0
    for (let request = 0; request < 5; request += 1) await rotating.touch(await present(rotating, header))
    expect(operations.filter((name) => name === 'put')).toHaveLength(1)
  })
})
