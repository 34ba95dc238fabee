type Json = Readonly<Record<string, unknown>>

export interface Malformed {
  readonly what: string
  readonly body: unknown
}

/** The sample, broken in one place at a time: as a whole, and in each of its members, however deep. */
export function malformed(sample: Json): readonly Malformed[] {
  return [
    ...WHOLE.map((body) => ({ what: `a body that is ${describe(body)}`, body })),
    ...pathsOf(sample).flatMap((path) =>
      VALUES.map((value) => ({
        what: `${path.join('.')} that is ${describe(value)}`,
        body: replaced(sample, path, value),
      })),
    ),
  ]
}

const WHOLE: readonly unknown[] = [
  undefined,
  null,
  [],
  [{}],
  '',
  'text',
  0,
  1,
  true,
  {},
  { errors: [] },
  { errors: [{}], data: null },
]

const VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  'x'.repeat(10_000),
  'javascript:alert(1)',
  0,
  -1,
  1.5,
  1e21,
  Number.NaN,
  true,
  false,
  [],
  [1],
  {},
  { toString: 'x' },
]

/** Access tokens that are opaque, or that only look like the JWTs some providers issue. */
export const OPAQUE_TOKENS: readonly string[] = [
  '',
  'opaque',
  '.',
  '..',
  'a.b',
  'a.b.c',
  'a.b.c.d',
  ...[
    null,
    'text',
    7,
    [],
    {},
    { sub: '' },
    { sub: ' ' },
    { sub: 7 },
    { sub: null },
    { sub: {} },
    { sub: 'x'.repeat(300) },
  ].map((claims) => `e30.${Buffer.from(JSON.stringify(claims) ?? '').toString('base64url')}.c2ln`),
]

/** Token responses, good and bad. */
export const TOKEN_RESPONSES: readonly Json[] = [
  {},
  { access_token: 'a' },
  { access_token: 'a', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r', scope: 'a b' },
  { access_token: 'a', token_type: null, expires_in: null, refresh_token: null, scope: null, id_token: null },
  { access_token: 'a', token_type: '', expires_in: '', refresh_token: '', scope: '' },
  { access_token: 'a', token_type: 7, expires_in: [], refresh_token: {}, scope: ['a', 'b'] },
  { access_token: null },
  { error: 'invalid_grant', error_description: 'd' },
  { error: 7, message: null, hint: [] },
]

function pathsOf(value: unknown, prefix: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...prefix, name]
    return [path, ...pathsOf(inner, path)]
  })
}

function replaced(object: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  const members: Json = typeof object === 'object' && object !== null ? { ...object } : {}
  return { ...members, [name]: replaced(members[name], rest, value) }
}

function describe(value: unknown): string {
  return typeof value === 'string' && value.length > 40 ? 'a very long string' : (JSON.stringify(value) ?? 'missing')
}
