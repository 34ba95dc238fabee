import { INSTALLED_TITLE, lookAtInstalled } from './installed/installed.ts'
import type { Section } from './report/write.ts'
import { MEMORY_TITLE, weighMemory } from './weigh/memory.ts'

/** What a full run looks at besides requests, by its title. */
const SECTIONS: ReadonlyMap<string, () => Promise<Section>> = new Map([
  [MEMORY_TITLE, weighMemory],
  [INSTALLED_TITLE, lookAtInstalled],
])

/** @param only part of a title */
export async function lookAtRest(only: string): Promise<readonly Section[]> {
  const sections: Section[] = []
  for (const [title, look] of SECTIONS) {
    if (!title.includes(only)) continue
    process.stderr.write(`${title}\n`)
    sections.push(await look())
  }
  return sections
}
