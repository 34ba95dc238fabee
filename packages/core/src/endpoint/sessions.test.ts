import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { json } from '../../test/local-server.ts'
import { hooked } from '../../test/processes.ts'
import { jsonOf } from '../../test/reply.ts'
import { FETCH } from '../../test/request.ts'
import { type Stage, setStage } from '../../test/stage.ts'
import { GatewayError } from '../error.ts'
import type { Reply } from '../http/decision.ts'
import { memoryStore } from '../store/memory.ts'

interface Listed {
  readonly id: string
  readonly current: boolean
  readonly label?: string
}

let stage: Stage

beforeEach(async () => {
  stage = await setStage({ gateway: { store: memoryStore() } })
})

afterEach(() => stage.close())

async function list(browser: Browser): Promise<readonly Listed[]> {
  const { sessions } = jsonOf(await browser.open('/auth/sessions', { headers: FETCH }))
  // The answer of our own endpoint; each test says what it must hold.
  return sessions as Listed[]
}

function change(browser: Browser, form: Readonly<Record<string, string>>, headers = FETCH): Promise<Reply> {
  return browser.open('/auth/sessions', { method: 'POST', headers, form: String(new URLSearchParams(form)) })
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  return jsonOf(await browser.open('/auth/session', { headers: FETCH }))['authenticated'] === true
}

async function idOf(browser: Browser): Promise<string> {
  const current = (await list(browser)).find((one) => one.current)
  if (current === undefined) throw new Error('no current session')
  return current.id
}

describe('somebody else', () => {
  it('sees nothing, and ends nothing, whatever ids they know', async () => {
    const mine = await stage.signedIn()
    const id = await idOf(mine)
    stage.server.on('/me', json(200, { id: '43' }))
    expect((await list(await stage.signedIn())).map((one) => one.id)).not.toContain(id)
    for (const form of [{ action: 'end', id }, { action: 'end-all' }, { action: 'end-others' }]) {
      expect(jsonOf(await change(await stage.signedIn(), form))['ended']).not.toContain(id)
    }
    expect(await isSignedIn(mine)).toBe(true)
    expect(jsonOf(await change(await stage.signedIn(), { action: 'rename', id, label: 'evil' }))).toEqual({
      renamed: false,
    })
    expect((await list(mine))[0]?.label).toBeUndefined()
  })

  it('who is not signed in is told so', async () => {
    const reply = await stage.browser().open('/auth/sessions', { headers: FETCH })
    expect(reply.status).toBe(401)
    expect((await change(stage.browser(), { action: 'end-all' })).status).toBe(401)
  })

  it('cannot have it done by another site', async () => {
    const mine = await stage.signedIn()
    for (const site of ['cross-site', 'same-site', 'none']) {
      const headers = { ...FETCH, 'sec-fetch-site': site } as typeof FETCH
      expect((await change(mine, { action: 'end-all' }, headers)).status).toBe(403)
    }
    expect(await isSignedIn(mine)).toBe(true)
  })
})

describe('a user', () => {
  it('sees their sessions, the current one marked, without a token or an id that opens anything', async () => {
    const phone = await stage.signedIn()
    stage.now.advance(1_000)
    const laptop = await stage.signedIn()
    const sessions = await list(laptop)
    expect(sessions).toHaveLength(2)
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    const said = JSON.stringify(sessions)
    for (const cookie of [phone.cookies, laptop.cookies]) {
      expect(said).not.toContain(cookie?.split('=')[1]?.slice(0, 40))
    }
    expect(said).not.toContain('canary')
  })

  it('ends one of them, and only that', async () => {
    const phone = await stage.signedIn()
    const laptop = await stage.signedIn()
    const id = await idOf(phone)
    expect(jsonOf(await change(laptop, { action: 'end', id }))).toEqual({ ended: [id] })
    expect(await isSignedIn(phone)).toBe(false)
    expect(await isSignedIn(laptop)).toBe(true)
    expect(stage.events.at(-1)).toMatchObject({ type: 'session_ended', cause: 'owner', session: id })
  })

  it('ends all others, or all of them; the browser forgets its own then', async () => {
    const [phone, laptop, tablet] = [await stage.signedIn(), await stage.signedIn(), await stage.signedIn()]
    await change(laptop, { action: 'end-others' })
    expect([await isSignedIn(phone), await isSignedIn(laptop), await isSignedIn(tablet)]).toEqual([false, true, false])
    const reply = await change(laptop, { action: 'end-all' })
    expect(reply.cookies.map(({ value }) => value)).toEqual([''])
    expect(await isSignedIn(laptop)).toBe(false)
  })

  it('can ask again to end all of them where the store failed in between', async () => {
    for (const failing of [1, 2, 3]) {
      let takes = 0
      const store = hooked(memoryStore(), (name) => {
        if (name === 'take' && ++takes === failing) throw new GatewayError('store_unavailable')
      })
      const unsteady = await setStage({ gateway: { store } })
      const browsers = await Promise.all([unsteady.signedIn(), unsteady.signedIn(), unsteady.signedIn()])
      expect((await change(browsers[1], { action: 'end-all' })).status).toBe(503)
      expect((await change(browsers[1], { action: 'end-all' })).status).toBe(200)
      for (const browser of browsers) expect(await isSignedIn(browser)).toBe(false)
      const ended = unsteady.events.filter(({ type }) => type === 'session_ended')
      expect(new Set(ended.map((event) => 'session' in event && event.session)).size).toBe(ended.length)
      await unsteady.close()
    }
  })

  it('names them, in a few plain characters', async () => {
    const browser = await stage.signedIn()
    const id = await idOf(browser)
    expect(jsonOf(await change(browser, { action: 'rename', id, label: 'Küche <b>' }))).toEqual({ renamed: true })
    expect((await list(browser))[0]?.label).toBe('Küche <b>')
    for (const label of ['', 'x'.repeat(61), 'a\nb', 'a\u202eb', '\0']) {
      expect((await change(browser, { action: 'rename', id, label })).status).toBe(400)
    }
  })

  it.each([{}, { action: '' }, { action: 'toString' }, { action: 'END' }])(
    'is refused what makes no sense: %j',
    async (form) => {
      expect((await change(await stage.signedIn(), form)).status).toBe(400)
    },
  )
})

describe('without a store', () => {
  it('there is no such page', async () => {
    await stage.close()
    stage = await setStage()
    const browser = await stage.signedIn()
    expect((await browser.open('/auth/sessions', { headers: FETCH })).status).toBe(404)
    expect((await change(browser, { action: 'end-all' })).status).toBe(404)
  })
})
