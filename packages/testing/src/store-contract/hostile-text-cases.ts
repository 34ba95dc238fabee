import assert from 'node:assert/strict'
import { contentOf, freshName, LONG, putNew, storeCase } from './stage.ts'
import type { StoreContractCase } from './store-under-test.ts'

const HOSTILE: Readonly<Record<string, string>> = {
  'line breaks': 'a\nb\r\nc\n',
  braces: '}{a}{}b}',
  'a closing brace in front': '}a',
  'a percent sign': '%7D%25%',
  'quotes and a semicolon': `'; DROP TABLE "sessions" --\\`,
  wildcards: '*?[a-z]_%',
  colons: 'a:b::c:',
  'a path': '../../etc/passwd',
  'spaces around': '  a b  ',
  'a name every object has': '__proto__',
  'many scripts': 'Ünïcödé 漢字 🔑 \u202e',
  'a composed and a decomposed letter': '\u00e9 e\u0301',
  'one kilobyte': '0123456789abcdef'.repeat(64),
}

/** Pairs of a key and a name of which a store that just joins them makes the same. */
const CONFUSABLE: readonly (readonly [key: string, name: string])[] = [
  ['a', 'b:c'],
  ['a:b', 'c'],
  ['a}:l:b', 'c'],
  ['a', 'b}:l:c'],
  ['a', 'r'],
  ['a:r', ''],
  ['1:a', 'b'],
  ['1', 'ab'],
]

/** Text of every kind, as a key, a value, an index and the name of a lease. */
export const hostileTextCases: readonly StoreContractCase[] = [
  ...Object.entries(HOSTILE).map(([kind, text]) =>
    storeCase(`takes ${kind} in a key, a value, an index and a lease`, async (store, unique) => {
      // At both ends, because what comes first or last is special more often.
      const [key, index, name] = [`${text}${unique}${text}`, `${text}i${unique}`, `${text}n`]
      const version = await putNew(store, key, { value: text, indexes: [index] })
      assert.deepEqual(contentOf(await store.get(key)), { value: text, version })
      assert.deepEqual(await store.keysOf(index), [key])
      const lease = await store.lease(key, name, LONG)
      assert.equal(lease?.name, name)
      const result = await store.put(
        key,
        { value: text, expiresIn: LONG, indexes: [index] },
        { type: 'lease', version, lease },
      )
      assert.equal(result.stored, true)
      assert.equal(await store.extend(key, lease, LONG), true)
      await store.release(key, lease)
      assert.equal((await store.take(key))?.value, text)
      assert.deepEqual(await store.keysOf(index), [])
    }),
  ),
  storeCase('never takes one key for another', async (store, unique) => {
    const keys = [
      unique,
      `${unique} `,
      `${unique}\n`,
      `${unique}*`,
      unique.toUpperCase(),
      `${unique}\u00e9`,
      `${unique}e\u0301`,
    ]
    for (const [number, key] of keys.entries()) await putNew(store, key, { value: String(number) })
    for (const [number, key] of keys.entries()) assert.equal((await store.get(key))?.value, String(number))
  }),
  storeCase('never takes the lease of one key for that of another', async (store, unique) => {
    for (const [key, name] of CONFUSABLE) {
      assert.notEqual(await store.lease(`${unique}${key}`, name, LONG), undefined, `${key} with ${name}`)
    }
  }),
  storeCase('never takes a key for an index, a lease or a record', async (store, key) => {
    await store.lease(key, key, LONG)
    const other = freshName()
    await putNew(store, other, { indexes: [key] })
    assert.equal(await store.get(key), undefined)
    assert.deepEqual(await store.keysOf(key), [other])
    assert.deepEqual(await store.keysOf(other), [])
  }),
]
