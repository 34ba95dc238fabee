import { describe, expect, it } from 'vitest'
import { stoppedClock } from '../../test/cookies.ts'
import { failureOf } from '../../test/failure.ts'
import { hooked } from '../../test/processes.ts'
import { FOREIGN, NEWEST } from '../../test/secrets.ts'
import { grant, START, session } from '../../test/session.ts'
import { begun, LIFETIMES, present, sealedSessions, storedSessions } from '../../test/stored-sessions.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { GatewayError } from '../error.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { createSessionDirectory, type SessionDirectory } from './directory.ts'
import { publicId } from './summary.ts'

function directoryOf(store: Store, now: () => number, secret = NEWEST): SessionDirectory {
  return createSessionDirectory({
    store,
    summaries: createKeyring([secret], 'summary'),
    lifetimes: LIFETIMES,
    onEnded: () => undefined,
    now,
  })
}

function world() {
  const now = stoppedClock(START)
  const store = memoryStore({ now })
  return { now, store, sessions: storedSessions(store, now), directory: directoryOf(store, now) }
}

const PHONE = session({ id: 'phone', sid: 'sid-1', device: 'Phone' })
const LAPTOP = session({ id: 'laptop', sid: 'sid-2', touchedAt: START - 10 })
const everyone = () => true

describe('the sessions of a user', () => {
  it('are those of this user at this provider, and never another’s', async () => {
    const { sessions, directory } = world()
    for (const one of [
      PHONE,
      session({ id: 'x', subject: '421', user: { id: '421' } }),
      session({ id: 'y', provider: 'b', grants: { b: grant() } }),
      session({ id: 'z', provider: 'a2', subject: '42', grants: { a2: grant() } }),
    ]) {
      await begun(sessions, one)
    }
    expect((await directory.list('a', '42')).map(({ id }) => id)).toEqual([publicId(PHONE)])
    expect(await directory.list('a', '4')).toEqual([])
    expect(await directory.list('', 'a42')).toEqual([])
  })

  it('come with the one used last in front, and without what opens them', async () => {
    const { sessions, directory } = world()
    await begun(sessions, LAPTOP)
    await begun(sessions, PHONE)
    const list = await directory.list('a', '42')
    expect(list.map(({ id }) => id)).toEqual([publicId(PHONE), publicId(LAPTOP)])
    expect(list[0]).toMatchObject({ device: 'Phone', signedInAt: START, touchedAt: START, adopted: false })
    expect(JSON.stringify(list)).not.toMatch(/token|"phone"/)
  })

  it('are not seen with another secret', async () => {
    const { sessions, store, now } = world()
    await begun(sessions, PHONE)
    expect(await directoryOf(store, now, FOREIGN).list('a', '42')).toEqual([])
  })

  it('are gone from the list when they have ended, in whichever way', async () => {
    const { sessions, directory, now } = world()
    const header = await begun(sessions, PHONE)
    await begun(sessions, LAPTOP)
    await sessions.end(await present(sessions, header))
    expect(await directory.list('a', '42')).toHaveLength(1)
    now.advance(LIFETIMES.idle)
    expect(await directory.list('a', '42')).toEqual([])
  })
})

describe('ending sessions of a user', () => {
  it('ends those that are picked, says which, and leaves the others', async () => {
    const { sessions, directory } = world()
    const phone = await begun(sessions, PHONE)
    const laptop = await begun(sessions, LAPTOP)
    const ended = await directory.end('a', '42', ({ id }) => id === publicId(PHONE))
    expect(ended.map(({ id }) => id)).toEqual([publicId(PHONE)])
    expect(await sessions.read(phone)).toBeUndefined()
    expect(await sessions.read(laptop)).toBeDefined()
  })

  it('ends those of the provider’s own session, of this provider alone', async () => {
    const { sessions, directory } = world()
    const phone = await begun(sessions, PHONE)
    const laptop = await begun(sessions, LAPTOP)
    expect(await directory.endOfProviderSession('b', 'sid-1', 'revoke')).toEqual([])
    expect(await directory.endOfProviderSession('a', 'sid-1', 'revoke')).toHaveLength(1)
    expect(await sessions.read(phone)).toBeUndefined()
    expect(await sessions.read(laptop)).toBeDefined()
  })

  it('ends those of a user the provider names, whatever the application calls them, and nobody who only looks like it', async () => {
    const { sessions, directory } = world()
    const renamed = (subject: string, sub: string) => session({ id: subject, subject, sub, user: { id: subject } })
    const named = await begun(sessions, PHONE)
    const theirs = await begun(sessions, renamed('id-of-42', '42'))
    const lookalike = await begun(sessions, { ...renamed('42', '43'), id: 'x' })
    expect(await directory.endOfProviderUser('b', '42', everyone)).toEqual([])
    const ended = await directory.endOfProviderUser('a', '42', everyone)
    expect(ended.map(({ subject }) => subject).sort()).toEqual(['42', 'id-of-42'])
    expect(await sessions.read(named)).toBeUndefined()
    expect(await sessions.read(theirs)).toBeUndefined()
    expect(await sessions.read(lookalike)).toBeDefined()
  })

  it('finds a user by the provider’s name for them when a session was renamed and used since', async () => {
    const { sessions, directory } = world()
    const header = await begun(sessions, session({ id: 'x', subject: 'id-of-42', user: { id: 'id-of-42' }, sub: '42' }))
    const [summary] = await directory.list('a', 'id-of-42')
    await directory.rename('a', 'id-of-42', summary?.id ?? '', 'my phone')
    await sessions.change(await present(sessions, header), (one) => ({ ...one, touchedAt: START + 1 }))
    expect(await directory.endOfProviderUser('a', '42', everyone)).toHaveLength(1)
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('ends for good what had come from a sealed cookie', async () => {
    const { sessions, directory, now } = world()
    const header = await begun(sealedSessions(now), PHONE)
    await present(sessions, header)
    await directory.end('a', '42', everyone)
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('is not undone by a request that was under way', async () => {
    const { sessions, directory, now } = world()
    const header = await begun(sessions, PHONE)
    const slow = await present(sessions, header)
    await directory.end('a', '42', everyone)
    now.advance(LIFETIMES.idle / 2)
    expect(await sessions.touch(slow)).toBeUndefined()
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('is a 503 when the store fails, and never as if there were none', async () => {
    const { store, now, sessions } = world()
    const header = await begun(sessions, PHONE)
    const down = directoryOf(
      hooked(store, () => {
        throw new GatewayError('store_unavailable')
      }),
      now,
    )
    expect((await failureOf(down.end('a', '42', everyone))).code).toBe('store_unavailable')
    expect((await failureOf(down.list('a', '42'))).code).toBe('store_unavailable')
    expect(await sessions.read(header)).toBeDefined()
  })
})

describe('naming a session', () => {
  it('shows in the list and in the session, and changes neither its tokens nor its life', async () => {
    const { sessions, directory, now } = world()
    const header = await begun(sessions, PHONE)
    now.advance(LIFETIMES.idle / 2)
    expect(await directory.rename('a', '42', publicId(PHONE), 'my phone')).toBe(true)
    expect((await directory.list('a', '42'))[0]?.label).toBe('my phone')
    expect((await present(sessions, header)).session).toEqual({ ...PHONE, label: 'my phone' })
    now.advance(LIFETIMES.idle / 2)
    expect(await sessions.read(header)).toBeUndefined()
  })

  it('stays when the session is changed afterwards', async () => {
    const { sessions, directory } = world()
    const header = await begun(sessions, PHONE)
    const before = await present(sessions, header)
    await directory.rename('a', '42', publicId(PHONE), 'my phone')
    await sessions.change(before, (one) => ({ ...one, touchedAt: START + 1 }))
    expect((await directory.list('a', '42'))[0]).toMatchObject({ label: 'my phone', touchedAt: START + 1 })
  })

  it('succeeds while the session is being used', async () => {
    const { sessions, store, now } = world()
    const header = await begun(sessions, PHONE)
    let touches = 3
    const busy = directoryOf(
      hooked(store, async (name) => {
        touches -= 1
        if (name !== 'put' || touches < 0) return
        await sessions.change(await present(sessions, header), (one) => ({ ...one, touchedAt: one.touchedAt + 1 }))
      }),
      now,
    )
    expect(await busy.rename('a', '42', publicId(PHONE), 'my phone')).toBe(true)
    expect((await present(sessions, header)).session.label).toBe('my phone')
  })

  it('is nothing one can do to somebody else’s, or to one that is gone', async () => {
    const { sessions, directory } = world()
    const header = await begun(sessions, PHONE)
    expect(await directory.rename('a', '43', publicId(PHONE), 'mine')).toBe(false)
    expect(await directory.rename('a', '42', publicId(LAPTOP), 'mine')).toBe(false)
    await sessions.end(await present(sessions, header))
    expect(await directory.rename('a', '42', publicId(PHONE), 'mine')).toBe(false)
    expect(await sessions.read(header)).toBeUndefined()
  })
})
