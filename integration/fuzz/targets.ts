import fc from 'fast-check'

/** Changes an address that leads somewhere. */
type Trick = (address: string) => string

/**
 * Request targets made from addresses that lead somewhere, by all in which two readers of a target have disagreed;
 * and some that nobody thought of.
 */
export function targets(addresses: readonly string[]): fc.Arbitrary<string> {
  const trick = fc.oneof(...TRICKS.map(([weight, arbitrary]) => ({ weight, arbitrary })))
  // One trick is what gets past a reader most often: with more, hardly anything leads anywhere.
  const tricks = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(trick) },
    { weight: 3, arbitrary: fc.tuple(trick, trick) },
    { weight: 1, arbitrary: fc.array(trick, { maxLength: 5, size: 'max' }) },
  )
  const tricked = fc
    .tuple(fc.constantFrom(...addresses), tricks)
    .map(([address, chosen]) => chosen.reduce((changed, change) => change(changed), address))
  const piece = fc.constantFrom(...addresses.flatMap((address) => address.split(/(?=\/)/)), ...'/.%;?#\\:@2feE5cA')
  const wild = fc.array(piece, { minLength: 1, maxLength: 12, size: 'max' }).map((pieces) => `/${pieces.join('')}`)
  return fc.oneof({ weight: 15, arbitrary: tricked }, { weight: 1, arbitrary: wild })
}

const TRICKS: readonly (readonly [weight: number, fc.Arbitrary<Trick>])[] = [
  // CVE-2026-22031, CVE-2026-2880, CVE-2026-33808, CVE-2026-16117: an encoded letter, a capital, a second slash.
  [3, inside(encoded)],
  [1, inside((character) => encoded(character).toLowerCase())],
  [1, inside((character) => encoded(character).replace('%', '%25'))],
  [3, fc.nat({ max: 0xfffff }).map((mask) => (address) => swapCase(address, mask))],
  [2, atSlash('//', '///', '/./', '/.//', '/%2f', '%2f', '%2F', '\\', '/\\', '%5c', '/%5C')],
  [2, atSlash(';x/', ';/', ';a=b/', '/;x/', '/;/', '%3b/')],
  [2, behind('/', '//', '/.', '/..', '/%2e', '%2f', ';x', ';', ';.css', '.json', '.', '*', '~', '\\')],
  [1, behind('%20', '%00', '%09', '%0d%0a', '%', '%zz', '%c0%af', '%u002f', '%ff', '%e2%80%a8', '%E9', ':', '@')],
  // CVE-2025-54576, GHSA-pxq7-h93f-9jrg: what only looks like a path.
  [2, behind('?', '?x=/open', '?/open', '?return_to=//evil.example', '#', '#/open', '#?/open', '?a=1&a=2', '?%', '??')],
  [1, behind('%23/open', '%3f/open', '%3Fx=/open', ';jsessionid=1?x', '&x=/open', '?<script>', '?"')],
  // CVE-2026-33494, CVE-2021-21321, CVE-2021-21322: in by one path and out by another.
  [
    2,
    before('/open/..', '/public/..', '/auth/..', '/members/..', '/secret/..', '/api/..', '/a/../..', '/..', '/.', '/'),
  ],
  [1, before('/open/%2e%2e', '/open/%2E%2e', '/open/..%2f', '/open%2f..', '/open/..;', '/open/.%2e', '/open/..%5c')],
  [1, before('/open/..\\', '/public/%252e%252e', '//open/..', '/api/%2e%2e', '/api/..%2f', '/api//', '/public//')],
  // CVE-2026-112362 and the rows about hosts: the target in absolute form, and what looks like another origin.
  [
    2,
    before('http://app.example', 'HTTPS://app.example', 'http://evil.example', 'http://evil.example:80', 'http://x@y'),
  ],
  [
    1,
    before(
      'https://app.example/open',
      '//evil.example',
      '//evil.example/..',
      '/\\evil.example',
      'http://y?',
      'http://y#',
    ),
  ],
  [1, before('ftp://evil.example', 'http:', 'http:/', '*', 'evil.example:80')],
  [1, fc.constantFrom(9, 101, 4_000).map((length) => (address) => `${address}/${'x'.repeat(length)}`)],
  [1, inside((character) => `${character}|`)],
  [1, inside((character) => `${character}\xe9`)],
]

/** Replaces one character, but for the first. */
function inside(replace: (character: string) => string): fc.Arbitrary<Trick> {
  return fc.nat({ max: 997 }).map((position) => (address) => {
    const at = 1 + (position % Math.max(1, address.length - 1))
    return splice(address, at, 1, replace(address.charAt(at)))
  })
}

/** Replaces one slash. The first stays where it is, for without it nothing is a target. */
function atSlash(...instead: readonly string[]): fc.Arbitrary<Trick> {
  return fc.tuple(fc.constantFrom(...instead), fc.nat({ max: 3 })).map(([replacement, which]) => (address) => {
    const slashes = [...address.matchAll(/\//g)].map(({ index }) => index)
    const at = slashes[which % slashes.length] ?? 0
    return splice(address, at, 1, at === 0 && !replacement.startsWith('/') ? `/${replacement}` : replacement)
  })
}

function before(...pieces: readonly string[]): fc.Arbitrary<Trick> {
  return fc.constantFrom(...pieces).map((piece) => (address) => piece + address)
}

function behind(...pieces: readonly string[]): fc.Arbitrary<Trick> {
  return fc.constantFrom(...pieces).map((piece) => (address) => address + piece)
}

function splice(text: string, at: number, length: number, instead: string): string {
  return text.slice(0, at) + instead + text.slice(at + length)
}

function encoded(character: string): string {
  return character === '' ? '' : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** Swaps the case of the characters whose bit is set. */
function swapCase(text: string, mask: number): string {
  const swap = (one: string): string => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())
  return [...text].map((one, index) => (((mask >> (index % 20)) & 1) === 1 ? swap(one) : one)).join('')
}
