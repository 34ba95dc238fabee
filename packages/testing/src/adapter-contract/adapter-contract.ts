import type { ContractCase } from './adapter.ts'
import { forms } from './forms.ts'
import { forwards } from './forwards.ts'
import { guards } from './guards.ts'
import { ownPaths } from './own-paths.ts'
import { targets } from './target.ts'
import { visits } from './visits.ts'

/**
 * Everything an adapter has to do, as cases for any test runner. There is nothing to switch off: an adapter that
 * passes them all behaves as every other adapter does, octet by octet.
 *
 * ```ts
 * for (const { name, run } of adapterContract) test(name, () => run(adapter))
 * ```
 */
export const adapterContract: readonly ContractCase[] = [
  ...ownPaths,
  ...targets,
  ...forms,
  ...guards,
  ...visits,
  ...forwards,
]
