import { closeCases } from './close-cases.ts'
import { conditionCases } from './condition-cases.ts'
import { expiryCases } from './expiry-cases.ts'
import { hostileTextCases } from './hostile-text-cases.ts'
import { indexCases } from './index-cases.ts'
import { lateWriteCases } from './late-write-cases.ts'
import { leaseCases } from './lease-cases.ts'
import { recordCases } from './record-cases.ts'
import type { StoreContractCase } from './store-under-test.ts'
import { takeCases } from './take-cases.ts'

/**
 * What `Store` of `@postern/core` promises, sentence by sentence, for any test runner. A store passes all of them:
 * there is nothing to switch off.
 *
 * ```ts
 * for (const { name, run } of storeContract) it(name, () => run(makeStore))
 * ```
 */
export const storeContract: readonly StoreContractCase[] = [
  ...recordCases,
  ...conditionCases,
  ...takeCases,
  ...expiryCases,
  ...leaseCases,
  ...lateWriteCases,
  ...indexCases,
  ...hostileTextCases,
  ...closeCases,
]
