import { describe, expect, it } from 'vitest'
import { oidcProvider } from '../../test/provider-definition.ts'
import { FOREIGN, NEWEST } from '../../test/secrets.ts'
import { grant, session } from '../../test/session.ts'
import { createKeyring } from '../crypto/keyring.ts'
import type { OidcProvider } from '../provider/provider.ts'
import { createHandle } from './handle.ts'
import { createOnlineTokens, type OnlineTokens } from './online-token.ts'
import { decodeRecord, encodeRecord, relabelRecord, summaryOf } from './record.ts'

const summaries = createKeyring([NEWEST], 'summary')
const handle = createHandle()
const one = session({ grants: { a: grant({ refreshToken: 'refresh-canary', scope: ['openid'] }) } })

function tokensOf(facts: Partial<OidcProvider>, secret = NEWEST): OnlineTokens {
  const provider = { ...oidcProvider('https://a.example'), scope: ['openid'], ...facts }
  return createOnlineTokens(createKeyring([secret], 'online-token'), new Map([['a', provider]]))
}

const ending = tokensOf({ backchannelLogout: 'accept' })

describe('the refresh token of a session that its provider may end', () => {
  const record = encodeRecord(one, handle, summaries, ending.seal(one, handle.key))

  it('can be had without the browser, and takes nothing from the session', () => {
    expect(ending.open(record, handle.key)).toBe('refresh-canary')
    expect(decodeRecord(record, handle, summaries)).toEqual(one)
  })

  it('is still there when the session was given a name', () => {
    const summary = summaryOf(record, handle.key, summaries)
    if (summary === undefined) return expect.unreachable()
    const renamed = relabelRecord(record, handle.key, { ...summary, label: 'my phone' }, summaries)
    expect(ending.open(renamed, handle.key)).toBe('refresh-canary')
  })

  it('opens with no other secret and at no other place, and shows in no encoding', () => {
    expect(tokensOf({}, FOREIGN).open(record, handle.key)).toBeUndefined()
    expect(ending.open(record, createHandle().key)).toBeUndefined()
    for (const part of record.split(/[~.]/)) expect(Buffer.from(part, 'base64url').includes('canary')).toBe(false)
  })

  it('need not be there', () => {
    for (const value of [encodeRecord(one, handle, summaries), 'ended', '', '~', '~~', 'a~b~c']) {
      expect(ending.open(value, handle.key)).toBeUndefined()
    }
  })
})

describe('no copy is kept', () => {
  const { capabilities } = oidcProvider('https://a.example')

  it.each<[string, Partial<OidcProvider>]>([
    ['where the provider ends no sessions here', {}],
    ['of a token that outlasts the session', { backchannelLogout: 'accept', scope: ['openid', 'offline_access'] }],
    [
      'where nothing can be revoked',
      { frontchannelLogout: 'accept', capabilities: { ...capabilities, revocation: false } },
    ],
  ])('%s', (_, facts) => {
    expect(tokensOf(facts).seal(one, handle.key)).toBeUndefined()
  })

  it('of what was granted to outlast the session, of nothing, and of another provider', () => {
    const offline = session({ grants: { a: grant({ refreshToken: 'r', scope: ['offline_access'] }) } })
    const none = session({ grants: { a: grant({ refreshToken: undefined }) } })
    const other = session({ provider: 'b', grants: { b: grant({ refreshToken: 'r' }) } })
    for (const without of [offline, none, other]) expect(ending.seal(without, handle.key)).toBeUndefined()
  })
})
