import { describe, expect, it } from 'vitest'
import { headerAfter, stoppedClock } from '../../test/cookies.ts'
import { FOREIGN, NEWEST, OLDER } from '../../test/secrets.ts'
import { START } from '../../test/session.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { createRandomValue } from '../crypto/random.ts'
import { open, seal } from '../crypto/seal.ts'
import { COOKIE_OCTETS, type CookieAttributes } from '../http/cookie.ts'
import { nameCookies } from '../http/cookie-naming.ts'
import { encodeTransaction } from './codec.ts'
import { createTransactions, type Transactions } from './cookie.ts'
import type { Transaction } from './transaction.ts'

const LIFETIME = 600_000
const { transactionPrefix: PREFIX, attributes: ATTRIBUTES } = nameCookies('https://app.example', 'postern')
const random = createRandomValue()

function transactions(secrets: readonly [string, ...string[]] = [NEWEST], now = stoppedClock(START)): Transactions {
  return createTransactions({
    cookiePrefix: PREFIX,
    keyring: createKeyring(secrets, 'transaction'),
    lifetime: LIFETIME,
    now,
  })
}

function transaction(facts: Partial<Transaction> = {}): Transaction {
  return {
    provider: 'a',
    issuer: 'https://as.example',
    state: random(),
    nonce: random(),
    codeVerifier: random(),
    returnTo: '/me',
    maxAge: undefined,
    acr: undefined,
    loop: random(),
    startedAt: START,
    ...facts,
  }
}

/** The header of a browser that started these sign-ins one after the other. */
function browserThatStarted(started: readonly Transaction[], from: Transactions = transactions()): string | undefined {
  return started.reduce<string | undefined>(
    (header, one) =>
      headerAfter(
        from.start(one, header, () => ATTRIBUTES),
        header,
      ),
    undefined,
  )
}

describe('a transaction cookie that was tampered with', () => {
  const ours = transaction()
  const header = browserThatStarted([ours]) ?? ''

  it('is no transaction, whichever character of it was changed, dropped or added', () => {
    expect(transactions().find(ours.state, header)).toEqual(ours)
    for (let at = PREFIX.length; at < header.length; at += 1) {
      const other = header[at] === 'A' ? 'B' : 'A'
      expect(transactions().find(ours.state, header.slice(0, at) + other + header.slice(at + 1))).toBeUndefined()
      expect(transactions().find(ours.state, header.slice(0, at) + header.slice(at + 1))).toBeUndefined()
      expect(transactions().find(ours.state, header.slice(0, at) + other + header.slice(at))).toBeUndefined()
      expect(transactions().find(ours.state, header.slice(0, at))).toBeUndefined()
    }
  })

  it('is no transaction under the name of another', () => {
    const other = transaction()
    const [a = '', b = ''] = (browserThatStarted([ours, other]) ?? '').split('; ')
    const swapped = `${a.split('=')[0]}=${b.split('=')[1]}; ${b.split('=')[0]}=${a.split('=')[1]}`
    expect(transactions().find(ours.state, swapped)).toBeUndefined()
    expect(transactions().find(other.state, swapped)).toBeUndefined()
  })

  it('is no transaction when it was sealed as a session, or with another secret', () => {
    const [name = ''] = header.split('=')
    for (const keyring of [createKeyring([NEWEST], 'session'), createKeyring([FOREIGN], 'transaction')]) {
      const value = seal(keyring, name, encodeTransaction(ours))
      expect(transactions().find(ours.state, `${name}=${value}`)).toBeUndefined()
    }
  })

  it('does not open as a session either', () => {
    const [name = '', value = ''] = header.split('=')
    for (const under of [name, '__Host-postern.session']) {
      expect(open(createKeyring([NEWEST], 'session'), under, value)).toBeUndefined()
    }
  })

  it('is no transaction under a name that only looks like it', () => {
    expect(transactions().find(ours.state, header.replace('__Host-', '__HOST-'))).toBeUndefined()
    expect(transactions().find(ours.state, header.replace('__Host-', ''))).toBeUndefined()
    expect(transactions().find(ours.state, header.replace('=', '.1='))).toBeUndefined()
  })

  it('is ours beside one that does not open, and nobody’s beside another that does', () => {
    const [name = ''] = header.split('=')
    const twin = transactions().start({ ...ours, returnTo: '/evil' }, undefined, () => ATTRIBUTES)[0]?.value
    expect(transactions().find(ours.state, `${name}=evil; ${header}`)).toEqual(ours)
    expect(transactions().find(ours.state, `${header}; ${name}=evil`)).toEqual(ours)
    expect(transactions().find(ours.state, `${name}=${twin}; ${header}`)).toBeUndefined()
    expect(transactions().find(ours.state, `${header}; ${name}=${twin}`)).toBeUndefined()
  })
})

describe('a state that does not belong to this browser', () => {
  const ours = transaction()
  const header = browserThatStarted([ours])
  const { state } = ours

  it.each([
    ['made up', random()],
    ['of another browser', transaction().state],
    ['empty', ''],
    ['cut short', state.slice(0, -1)],
    ['cut at the front', state.slice(1)],
    ['in capitals', state.toUpperCase()],
    ['in lower case', state.toLowerCase()],
    ['with a byte more', `${state}A`],
    ['with a line break', `${state}\n`],
    ['with a NUL', `${state}\0`],
    ['very long', state.repeat(1_000)],
    ['with a semicolon', `${state};`],
  ])('selects nothing when it is %s', (_, other) => {
    expect(transactions().find(other, header)).toBeUndefined()
    expect(transactions().find(other, undefined)).toBeUndefined()
  })
})

describe('sign-ins in several tabs', () => {
  it('are all found, each with its own target, in any order', () => {
    const tabs = ['/1', '/2', '/3'].map((returnTo, index) => transaction({ returnTo, startedAt: START + index }))
    const header = browserThatStarted(tabs)
    for (const tab of tabs.toReversed()) expect(transactions().find(tab.state, header)).toEqual(tab)
  })

  it('end one by one: forgetting one leaves the others', () => {
    const [one = transaction(), other = transaction()] = [transaction(), transaction()]
    const before = browserThatStarted([one, other])
    const after = headerAfter([transactions().forget(one.state, ATTRIBUTES)], before)
    expect(transactions().find(one.state, after)).toBeUndefined()
    expect(transactions().find(other.state, after)).toEqual(other)
  })

  it('are five at most: the oldest makes room, and the newest always finds its way', () => {
    const now = stoppedClock(START)
    const from = transactions([NEWEST], now)
    let header: string | undefined
    const tabs: Transaction[] = []
    for (let tab = 0; tab < 500; tab += 1) {
      now.advance(1)
      tabs.push(transaction({ startedAt: now(), returnTo: '/a' }))
      header = headerAfter(
        from.start(tabs.at(-1) ?? transaction(), header, () => ATTRIBUTES),
        header,
      )
      expect(header?.length).toBeLessThan(4_096)
    }
    expect(header?.split('; ')).toHaveLength(5)
    expect(tabs.filter(({ state }) => from.find(state, header) !== undefined)).toEqual(tabs.slice(-5))
  })

  it('take less than 4,096 octets together, or the newest stands alone', () => {
    const returnTo = `/${'a'.repeat(1_000)}`
    const tabs = Array.from({ length: 4 }, (_, index) => transaction({ returnTo, startedAt: START + index }))
    const header = browserThatStarted(tabs) ?? ''
    expect(header.length).toBeLessThan(4_096)
    expect(transactions().find(tabs[3]?.state ?? '', header)).toEqual(tabs[3])
    expect(transactions().find(tabs[0]?.state ?? '', header)).toBeUndefined()
  })

  it('make room, too, for what else the browser sends: the header stays below what the gateway refuses', () => {
    const session = `__Host-postern.session=${'x'.repeat(11_700)}`
    let header: string | undefined = session
    for (let tab = 0; tab < 10; tab += 1) {
      const one = transaction({ startedAt: START + tab })
      header = headerAfter(
        transactions().start(one, header, () => ATTRIBUTES),
        header,
      )
      expect(header?.length).toBeLessThan(12_600)
      expect(transactions().find(one.state, header)).toEqual(one)
    }
    expect(header).toContain(session)
  })

  it('are deleted with what they were set with: that of another provider may be for other sites', () => {
    const attributesOf = (provider: string | undefined): CookieAttributes =>
      provider === 'form' ? { ...ATTRIBUTES, sameSite: 'none' } : ATTRIBUTES
    const returnTo = `/${'a'.repeat(2_000)}`
    const posted = transactions().start(transaction({ provider: 'form', returnTo }), undefined, attributesOf)
    const header = headerAfter(posted, undefined)
    const [fresh, evicted, ...more] = transactions().start(transaction({ returnTo }), header, attributesOf)
    expect(more).toEqual([])
    expect([posted[0]?.attributes.sameSite, fresh?.attributes.sameSite]).toEqual(['none', 'lax'])
    expect(evicted).toMatchObject({ name: posted[0]?.name, value: '', attributes: { sameSite: 'none', maxAge: 0 } })
  })

  it('fit into a cookie with the longest target and the longest parameters that are accepted', () => {
    const largest = transaction({ returnTo: `/${'a'.repeat(2_047)}`, acr: ['x'.repeat(256)], maxAge: 999_999_999 })
    const [cookie] = transactions().start(largest, undefined, () => ATTRIBUTES)
    expect((cookie?.name.length ?? 0) + (cookie?.value.length ?? 0)).toBeLessThan(COOKIE_OCTETS)
  })

  it('clear away what has expired, what was planted and what does not open', () => {
    const now = stoppedClock(START)
    const old = transaction()
    const before = [
      browserThatStarted([old]),
      browserThatStarted([transaction()], transactions([FOREIGN])),
      `${PREFIX}junk=x`,
    ].join('; ')
    now.advance(LIFETIME)
    const fresh = transaction({ startedAt: now() })
    const after = headerAfter(
      transactions([NEWEST], now).start(fresh, before, () => ATTRIBUTES),
      before,
    )
    expect(after?.split('; ')).toHaveLength(1)
    expect(transactions([NEWEST], now).find(fresh.state, after)).toEqual(fresh)
  })

  it('are started in bounded work among ten thousand cookies of our prefix', () => {
    const junk = Array.from({ length: 10_000 }, (_, index) => `${PREFIX}${index}=x`).join('; ')
    const fresh = transaction()
    const cookies = transactions().start(fresh, junk, () => ATTRIBUTES)
    expect(cookies.length).toBeLessThanOrEqual(17)
    expect(transactions().find(fresh.state, headerAfter(cookies, junk))).toEqual(fresh)
  })

  it('delete by names that cannot break a header line', () => {
    const wild = `${PREFIX}a b=1; ${PREFIX}"=1; ${PREFIX}é=1; ${PREFIX}x; theme=dark; ${PREFIX}=1`
    for (const { name } of transactions().start(transaction(), wild, () => ATTRIBUTES)) {
      expect(name).toMatch(/^__Host-postern\.tx\.[A-Za-z0-9_-]*$/)
    }
  })
})

describe('the life of a transaction', () => {
  it('ends by our clock, whatever the browser still holds', () => {
    const now = stoppedClock(START)
    const from = transactions([NEWEST], now)
    const one = transaction()
    const header = browserThatStarted([one], from)
    now.advance(LIFETIME - 1)
    expect(from.isExpired(one)).toBe(false)
    now.advance(1)
    expect(from.isExpired(one)).toBe(true)
    // It is still found, so that the page can say that it took too long.
    expect(from.find(one.state, header)).toEqual(one)
  })

  it('outlives a rotation of secrets', () => {
    const one = transaction()
    const header = browserThatStarted([one], transactions([OLDER]))
    expect(transactions([NEWEST, OLDER]).find(one.state, header)).toEqual(one)
    expect(transactions([NEWEST]).find(one.state, header)).toBeUndefined()
  })
})

describe('what the browser holds of a transaction', () => {
  const one = transaction()
  const cookies = transactions().start(one, undefined, () => ATTRIBUTES)

  it('shows neither verifier, nonce, state nor target in any encoding', () => {
    const [cookie] = cookies
    const written = `${cookie?.name}=${cookie?.value}`
    const decoded = Buffer.from(cookie?.value.slice(12) ?? '', 'base64url')
    for (const canary of [one.codeVerifier, one.nonce ?? '', one.state, one.loop, '/me']) {
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        const encoded = Buffer.from(canary).toString(encoding).replace(/=+$/, '')
        expect(written).not.toContain(encoded)
        expect(decoded.includes(encoded)).toBe(false)
      }
    }
  })

  it('is set and deleted with the same attributes', () => {
    const [cookie] = cookies
    expect({ ...cookie?.attributes, maxAge: 0 }).toEqual(ATTRIBUTES)
    // As long as it counts, and some time more, so that a late answer meets a page that knows it.
    expect(cookie?.attributes.maxAge).toBeGreaterThanOrEqual(LIFETIME / 1_000)
    expect(transactions().forget(one.state, ATTRIBUTES)).toEqual({
      name: cookie?.name,
      value: '',
      attributes: ATTRIBUTES,
    })
  })
})
