import fc from 'fast-check'

// Rows 1 to 53 of the table about return targets, as they are worth taking apart and putting together again.
const KNOWN = [
  ...[
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\\/evil.example',
  ],
  ...[
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '\0//evil.example',
  ],
  ...[
    'https:///evil.example',
    'https:\\\\evil.example',
    'https:evil.example',
    'HTTPS://EVIL.EXAMPLE',
    'ht\ttps://evil.example',
  ],
  ...[
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://app.example/x',
  ],
  ...[
    'https://app.example@evil.example',
    '//app.example@evil.example',
    'https://evil.example#app.example',
    'https://app.example.evil.example',
  ],
  ...[
    'http://[',
    'https://app.example%2eevil.example',
    'https://app\u3002evil.example',
    '//\u24d4\u24e5\u24d8\u24db.example',
    'https://app.example:8443/',
  ],
  ...[
    '//0x7f000001',
    '//[::ffff:1.2.3.4]',
    '//%65vil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
  ],
  ...[
    '/%2e//evil.example',
    '/./\\evil.example',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/%09/evil.example',
    '/%252fevil.example',
  ],
  ...[
    '/ok%0d%0aSet-Cookie:x=1',
    '/ok\r\nSet-Cookie: x=1',
    '/ok\u010d\u010aSet-Cookie:x=1',
    '/\u2028/evil',
    '\ufeff//evil.example',
  ],
  ...[
    '\uff0f\uff0fevil.example',
    '.evil.example',
    '@evil.example',
    ':@evil.example',
    '?//evil.example',
    '#//evil.example',
  ],
  ...[
    '/auth/login?return_to=/auth/login',
    '/auth/logout',
    '/AUTH//logout',
    '/ok',
    '/ok?a=1&b=%2F#frag',
    '/;//evil.example',
    '/',
    '',
  ],
]

const PIECES = [
  '/',
  '//',
  '\\',
  '.',
  '..',
  '/..',
  '/.',
  '%2f',
  '%5c',
  '%2e',
  '%09',
  '%0a',
  '%25',
  '\t',
  '\n',
  '\r',
  '\0',
  ' ',
  '@',
  ':',
]
const MORE = [
  'evil.example',
  'app.example',
  'https:',
  'javascript:',
  ';',
  '?',
  '#',
  '&',
  '=',
  'a',
  'é',
  '\u3002',
  '\uff0f',
  '\u2028',
  '\ud800',
]

// The parts of which lists of payloads for open redirects are made, such as the one mod_auth_openidc is tested with.
const LEADS = [
  ...['/', '//', '///', '////', '/////', '\\/\\/', '/\\/', '/.', '/;@', '////\\;@', '/<>//', '<>//', '//%2fx'],
  ...['https://', '/https://', '//https://', 'https:///', '/https:///', '//https:///', 'https:', '/https:', '/http:/'],
  ...['/%09/', '//%09/', '///%09/', '////%09/', 'https://%09/', '/https://%09/', '%09//', '/%2f%2f', '/%2f%5c%2f'],
  ...['/%5c', '//%5c', '///%5c', '////%5c', 'https://%5c', '/https://%5c', 'https:/%5c', '%68%74%74%70%3a%2f%2f'],
  ...['\u3031', '\u3035', '\u309d', '\u30fc', '\uff70', '/\u3031', '/\u3035', '/\u309d', '/\u30fc', '/\uff70'],
  ...['javascript:', '//javascript:', 'javascript://', 'java%0d%0ascript%0d%0a:', '<>javascript:', '";alert(0);//'],
]
const USERS = ['', '', 'app.example@', 'app.example:x@', ':@', 'XY>.7d8T\\205pZM@']
const HOSTS = [
  ...['evil.example', '%65%76%69%6c%2e%65%78%61%6d%70%6c%65', 'evil%E3%80%82example', 'evil%00.example', 'alert(1);'],
  ...['0xd8.0x3a.0xd6.0xce', '0xd83ad6ce', '3627734734', '472.314.470.462', '0330.072.0326.0316', '0xd8.3856078'],
  ...['[::216.58.214.206]', '[::ffff:216.58.214.206]', 'app.example.evil.example'],
]
const ENDS = [
  ...['', '/', '//', '/..', '/%2e%2e', '/%2e%2e%2f', '/%2f..', '/%2f%2e%2e', '//%2e%2e', '%2f%3fapp.example'],
  ...['\\@app.example', ':80#@app.example/', ':80?@app.example/', '?app.example', '/https://evil.example/'],
]

const assembled = fc
  .tuple(...[LEADS, USERS, HOSTS, ENDS].map((parts) => fc.constantFrom(...parts)))
  .map((parts) => parts.join(''))

/** The value of a return target: known ones, altered ones, and ones put together from what has gone wrong elsewhere. */
const values: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 3, arbitrary: assembled },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...KNOWN), fc.constantFrom(...PIECES, ...MORE), fc.nat({ max: 997 }), fc.nat({ max: 1 }))
      .map(([known, piece, where, length]) => {
        const at = where % (known.length + 1)
        return known.slice(0, at) + piece + known.slice(at + length)
      }),
  },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...PIECES, ...MORE), { maxLength: 8, size: 'max' })
      .map((pieces) => `/${pieces.join('')}`),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(2_048, 2_049, 6_000).map((length) => `/${'%2e'.repeat(length / 3)}`) },
)

/** Queries that name a return target: encoded once, twice or just so far that it is a query at all; once or twice. */
export const returnTargets: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom('return_to', 'return_to', 'return_to', 'return_to[]', 'target_link_uri', 'redirect'),
        values,
        fc.nat({ max: 2 }),
      ),
      { minLength: 1, maxLength: 2 },
    ),
    fc.constantFrom('', '', '&iss=https://evil.example', '&state=https://evil.example'),
  )
  .map(([named, more]) => named.map(([name, value, times]) => `${name}=${encode(value, times)}`).join('&') + more)

function encode(value: string, times: number): string {
  // Just so far: what no request target can hold, and what would end this parameter.
  if (times === 0) return value.replace(/[^\x21-\x7e]|[&#]/gu, (one) => encodeURIComponent(one.toWellFormed()))
  const once = encodeURIComponent(value.toWellFormed())
  return times === 1 ? once : encodeURIComponent(once)
}
