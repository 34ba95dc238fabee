import type { Advisory, NotOurs } from './advisory.ts'

export interface Index {
  /** Rows of the list that the index answers to. */
  readonly published: readonly (readonly string[])[]
  readonly advisories: readonly Advisory[]
  readonly notOurs: readonly NotOurs[]
}

/** The text of a test file, named from the root of the repository. `undefined` for anything else. */
export type ReadTestFile = (file: string) => string | undefined

/** Which ids nothing answers to, or two things do, or that nobody has published: a sentence for each. */
export function problemsOfIds({ published, advisories, notOurs }: Index): readonly string[] {
  const listed = new Set(published.flat())
  const named = [...advisories, ...notOurs].flatMap(({ ids }) => ids)
  const forgotten = [...listed].filter((id) => !named.includes(id))
  const unknown = named.filter((id) => !listed.has(id))
  const repeated = named.filter((id, index) => named.indexOf(id) !== index)
  return [
    ...forgotten.map(
      (id) => `${id} is published and has no entry: name a test that tries it, or say in not-ours.ts why.`,
    ),
    ...unknown.map((id) => `${id} is not in published.ts: correct the id, or add its row there.`),
    ...repeated.map((id) => `${id} is named twice: keep one of the two.`),
  ]
}

/** What an entry claims of test files and is not so: a sentence for each. */
export function problemsOfTests({ ids: [id], triedBy }: Advisory, read: ReadTestFile): readonly string[] {
  const files = Object.entries(triedBy)
  if (files.length === 0) return [`${id} names no test: write one, and name its file and its title.`]
  return files.flatMap(([file, titles]) => {
    const text = read(file)
    if (text === undefined) return [`${id}: ${file} is no test file here: name one, from the root of the repository.`]
    return titles.flatMap((title) => {
      const count = timesQuoted(text, title)
      if (count === 1) return []
      return count === 0
        ? [`${id}: no title in ${file} says "${title}": name the test that tries it now, or write it again.`]
        : [`${id}: ${count} titles in ${file} say "${title}": quote enough of one to tell it from the others.`]
    })
  })
}

/** How often a text stands in a string literal. What a comment says is no title. */
function timesQuoted(source: string, text: string): number {
  const lines = source.split('\n').filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && /['"`]/.test(line))
  return lines.join('\n').split(text).length - 1
}
