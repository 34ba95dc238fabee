import { memoryStore, type Store } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { MISTAKES } from '../../test/store-mistakes.ts'
import { storeContract } from './contract.ts'

describe('the memory store', () => {
  it.each(storeContract)('$name', ({ run }) => run(memoryStore))
})

describe('a store with a mistake', () => {
  it.each(MISTAKES)('that %s fails', async (_, caseName, spoil) => {
    const noticing = storeContract.find(({ name }) => name === caseName)
    if (noticing === undefined) throw new Error(`The contract has no case "${caseName}".`)
    const makeStore = (): Store => {
      const store = memoryStore()
      return { ...store, ...spoil(store) }
    }
    await expect(noticing.run(makeStore)).rejects.toThrow()
  })
})

describe('the contract', () => {
  it('has a name of its own for every case', () => {
    const names = storeContract.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
