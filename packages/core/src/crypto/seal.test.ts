import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import { constantFrom, integer, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../../test/always.ts'
import { FOREIGN, NEWEST, OLDER } from '../../test/secrets.ts'
import { createKeyring, type Purpose } from './keyring.ts'
import { open, seal } from './seal.ts'

const NAME = '__Host-postern.session'
const TEXT = '{"v":1,"i":"an id","u":{"id":"42","name":"Frieren"}}'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const keyring = createKeyring([NEWEST], 'session')

// Where the stamp begins, and the payload behind it.
const STAMP_AT = 12
const PAYLOAD_AT = 24

/** The same payload with the stamp that belongs to it: what the seal itself has to refuse. */
function restamped(sealed: string, name = NAME, { stamp } = keyring.current): string {
  const payload = sealed.slice(PAYLOAD_AT)
  return sealed.slice(0, STAMP_AT) + stamp(`${name.length}.${name}${payload}`) + payload
}

function expectShut(sealed: string): void {
  expect(open(keyring, NAME, sealed)).toBeUndefined()
  expect(open(keyring, NAME, restamped(sealed))).toBeUndefined()
}

describe('a sealed text that was tampered with', () => {
  const sealed = seal(keyring, NAME, TEXT)

  it('does not open with any one character replaced by any other', () => {
    for (let at = 0; at < sealed.length; at += 1) {
      for (const character of `${BASE64URL}.=+/ %`) {
        if (character === sealed[at]) continue
        const other = sealed.slice(0, at) + character + sealed.slice(at + 1)
        if (at >= STAMP_AT && at < PAYLOAD_AT) expect(open(keyring, NAME, other)).toBeUndefined()
        else expectShut(other)
      }
    }
  })

  it('does not open with any one bit of its payload flipped', () => {
    const head = sealed.slice(0, PAYLOAD_AT)
    const payload = Buffer.from(sealed.slice(head.length), 'base64url')
    for (let bit = 0; bit < payload.length * 8; bit += 1) {
      const flipped = Buffer.from(payload)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expectShut(head + flipped.toString('base64url'))
    }
  })

  it('does not open truncated at either end, to any length', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expectShut(sealed.slice(0, length))
      expect(open(keyring, NAME, sealed.slice(sealed.length - length))).toBeUndefined()
    }
  })

  it('does not open extended at either end', () => {
    for (const more of ['A', 'AA', 'AAA', 'AAAA', '.', '=', '==', ' ', '\n', '\0', 'é', '€', sealed]) {
      expectShut(sealed + more)
      expectShut(more + sealed)
    }
  })

  it('does not open in a second spelling of the same bytes', () => {
    const lengths = [TEXT, `${TEXT}x`, `${TEXT}xy`].map((text) => seal(keyring, NAME, text))
    for (const one of lengths) {
      expectShut(`${one}=`)
      expectShut(`${one.slice(0, 40)}\n${one.slice(40)}`)
      expectShut(`${one.slice(0, 40)} ${one.slice(40)}`)
      const standard = one.slice(0, PAYLOAD_AT) + one.slice(PAYLOAD_AT).replaceAll('-', '+').replaceAll('_', '/')
      if (standard !== one) expectShut(standard)
      // Bits that decoding ignores: the last character has neighbours that decode to the same bytes.
      const last = BASE64URL.indexOf(one.at(-1) ?? '')
      for (const neighbour of [last ^ 1, last ^ 2, last ^ 3]) {
        expectShut(one.slice(0, -1) + BASE64URL[neighbour])
      }
    }
  })

  it('does not open with the head or the payload of another', () => {
    const other = seal(createKeyring([OLDER], 'session'), NAME, TEXT)
    const both = createKeyring([NEWEST, OLDER], 'session')
    for (const [head, tail] of [
      [sealed, other],
      [other, sealed],
    ] as const) {
      const key = both.find(head.slice(3, 11))
      const mixed = head.slice(0, STAMP_AT) + tail.slice(STAMP_AT)
      expect(open(both, NAME, mixed)).toBeUndefined()
      expect(open(both, NAME, restamped(mixed, NAME, key))).toBeUndefined()
    }
  })

  it('is never opened from what a stranger makes up', () => {
    const alphabet = constantFrom(...`${BASE64URL}.`)
    always(
      property(string({ unit: alphabet, maxLength: 200 }), string({ unit: 'binary', maxLength: 50 }), (made, wild) => {
        expect(open(keyring, NAME, made)).toBeUndefined()
        expect(open(keyring, NAME, wild)).toBeUndefined()
        expectShut(sealed.slice(0, PAYLOAD_AT) + made)
        expectShut(sealed.slice(0, PAYLOAD_AT) + wild)
      }),
    )
  })
})

describe('a sealed text in the wrong place', () => {
  const sealed = seal(keyring, NAME, TEXT)

  it('does not open under another name, however alike', () => {
    for (const name of ['', 'x', NAME.slice(1), `${NAME}.`, NAME.toLowerCase(), `${NAME}.1`, `1${NAME}`]) {
      expect(open(keyring, name, sealed)).toBeUndefined()
      expect(open(keyring, name, restamped(sealed, name))).toBeUndefined()
    }
  })

  it('keeps name and text apart: no pair of names makes the same associated data', () => {
    always(
      property(string({ unit: 'binary' }), string({ unit: 'binary' }), (one, other) => {
        expect(open(keyring, other, seal(keyring, one, TEXT)) !== undefined).toBe(one === other)
      }),
    )
  })

  it('does not open for another purpose under the same secret', () => {
    const purposes: readonly Purpose[] = ['session', 'transaction', 'handle', 'summary', 'revocation', 'sign-out']
    for (const sealing of purposes) {
      const text = seal(createKeyring([NEWEST], sealing), NAME, TEXT)
      for (const opening of purposes) {
        expect(open(createKeyring([NEWEST], opening), NAME, text) !== undefined).toBe(sealing === opening)
      }
    }
  })

  it('does not open with another secret, even under the key id of the right one', () => {
    const foreign = createKeyring([FOREIGN], 'session')
    expect(open(foreign, NAME, sealed)).toBeUndefined()
    const renamed = `v1.${foreign.current.id}.${sealed.slice(STAMP_AT)}`
    expect(open(foreign, NAME, renamed)).toBeUndefined()
    expect(open(foreign, NAME, restamped(renamed, NAME, foreign.current))).toBeUndefined()
    expectShut(`v1.${keyring.current.id}.${seal(foreign, NAME, TEXT).slice(STAMP_AT)}`)
  })

  it('does not open in a format of another version', () => {
    for (const head of ['v0', 'v2', 'V1', '1v', 'v1v', 'none']) {
      expect(open(keyring, NAME, head + sealed.slice(2))).toBeUndefined()
    }
  })
})

describe('sealing', () => {
  it('repeats no IV, and so no sealed text, over a million seals of one text', { timeout: 60_000 }, () => {
    const ivs = new Set<string>()
    // Sixteen characters of base64url are the twelve octets of the IV, no more and no less.
    for (let count = 0; count < 1_000_000; count += 1)
      ivs.add(seal(keyring, NAME, TEXT).slice(PAYLOAD_AT, PAYLOAD_AT + 16))
    expect(ivs.size).toBe(1_000_000)
  })

  it('gives back exactly the text, of any length and any script', () => {
    always(
      property(string({ unit: 'grapheme', maxLength: 400 }), integer({ min: 0, max: 3 }), (text, padding) => {
        const long = text + 'x'.repeat(padding)
        expect(open(keyring, NAME, seal(keyring, NAME, long))).toEqual({ octets: Buffer.from(long), current: true })
      }),
    )
    const large = 'ö'.repeat(50_000)
    expect(open(keyring, NAME, seal(keyring, NAME, large))?.octets.toString()).toBe(large)
  })

  it('uses characters that every cookie, header and URL carries unchanged', () => {
    expect(seal(keyring, NAME, 'ö€😀\0"; \\')).toMatch(/^v1\.[A-Za-z0-9_-]{8}\.[A-Za-z0-9_-]+$/)
  })

  it('is AES-256-GCM with a full tag under a key that HKDF-SHA-256 derives from the secret', () => {
    const sealed = seal(keyring, NAME, TEXT)
    const payload = Buffer.from(sealed.slice(PAYLOAD_AT), 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', hkdf(NEWEST, 'postern/v1/session', 32), payload.subarray(0, 12), {
      authTagLength: 16,
    })
    decipher.setAAD(Buffer.from(`postern.v1.${NAME.length}.${NAME}`))
    decipher.setAuthTag(payload.subarray(-16))
    expect(decipher.update(payload.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe(TEXT)
    expect(payload.length).toBe(12 + Buffer.byteLength(TEXT) + 16)
  })

  it('stamps with a key of its own, so that a stamp says nothing of the key that encrypts', () => {
    const { key, stamp } = keyring.current
    const keys = [key.export().toString('base64url'), hkdf(NEWEST, 'postern/v1/session', 70).toString('base64url', 38)]
    const [encrypting, stamping] = keys.map((one) => createHash('sha256').update(`${one}text`).digest('base64url'))
    expect(stamp('text')).toBe(stamping?.slice(0, 12))
    expect(stamp('text')).not.toBe(encrypting?.slice(0, 12))
  })

  it('leaves stack traces as they were, whether opening succeeds or fails', () => {
    const before = Error.stackTraceLimit
    open(keyring, NAME, seal(keyring, NAME, TEXT))
    open(keyring, NAME, restamped(`${seal(keyring, NAME, TEXT).slice(0, -4)}AAAA`))
    expect(Error.stackTraceLimit).toBe(before)
    expect(new Error('x').stack).toContain('seal.test.ts')
  })
})

/** RFC 5869, written out: HKDF-SHA-256 without a salt. */
function hkdf(secret: string, info: string, length: number): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(createHash('sha256').digest().length))
    .update(secret)
    .digest()
  let block = Buffer.alloc(0)
  let output = Buffer.alloc(0)
  for (let counter = 1; output.length < length; counter += 1) {
    block = createHmac('sha256', extracted)
      .update(block)
      .update(info)
      .update(Buffer.from([counter]))
      .digest()
    output = Buffer.concat([output, block])
  }
  return output.subarray(0, length)
}
