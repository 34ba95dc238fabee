import { memoryStore } from '@postern/core'
export const makeStore = () => memoryStore()
