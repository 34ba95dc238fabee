import { describe, expect, it } from 'vitest'
import { oncePer } from './once-per.ts'

describe('once per key', () => {
  it('makes a value once, whatever it is, and another one for another key', () => {
    const asked: object[] = []
    const lengthOf = oncePer((key: object) => {
      asked.push(key)
      return undefined
    })
    const [one, other] = [{}, {}]
    for (const key of [one, one, other, one]) lengthOf(key)
    expect(asked).toEqual([one, other])
  })

  it('lets those who ask at the same time wait for the same promise', async () => {
    let loads = 0
    const load = oncePer(async (_key: object) => {
      loads += 1
      return loads
    })
    const key = {}
    expect(await Promise.all([load(key), load(key)])).toEqual([1, 1])
    expect(await load(key)).toBe(1)
  })

  it('fails everybody who waits for what could not be made, and tries again for the next', async () => {
    let loads = 0
    const load = oncePer(async (_key: object) => {
      loads += 1
      if (loads === 1) throw new Error('too many open files')
      return loads
    })
    const key = {}
    const first = await Promise.allSettled([load(key), load(key)])
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await load(key)).toBe(2)
    expect(await load(key)).toBe(2)
  })
})
