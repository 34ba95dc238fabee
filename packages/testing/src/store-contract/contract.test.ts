import { memoryStore } from '@postern/core'
import { describe, it } from 'vitest'
import { storeContract } from './contract.ts'

describe('the memory store', () => {
  it.each(storeContract)('$name', ({ run }) => run(memoryStore))
})
