import { canonical } from './header-name.ts'

/** Whether a header may pass, by its name as received. */
export type HeaderFilter = (name: string) => boolean

// A stranger may make up any number of names.
const MAX_REMEMBERED = 256

/**
 * A filter that remembers the names it has judged: browsers and targets send the same ones all the time.
 *
 * @param mayPass is given names in canonical form
 */
export function createHeaderFilter(mayPass: (name: string) => boolean): HeaderFilter {
  const judged = new Map<string, boolean>()
  return (name) => {
    const known = judged.get(name)
    if (known !== undefined) return known
    const verdict = mayPass(canonical(name))
    if (judged.size < MAX_REMEMBERED) judged.set(name, verdict)
    return verdict
  }
}
