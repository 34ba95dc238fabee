/**
 * @typedef {object} Specifier
 * @property {string} text what is imported, as written: `../error.ts`
 * @property {number} line counted from 1
 * @property {boolean} isType whether only types are named, so that nothing of it is loaded at run time
 */

// The formatter starts every static import and re-export on a line of its own, which makes this enough of a parser.
const STATIC =
  /^(?:import|export)\s+(?<clause>(?:type\s+)?[\w$*{}\s,]+?\sfrom\s+)?(?<quote>['"])(?<text>[^'"\n]+)\k<quote>/gm
const DYNAMIC = /(?<type>:\s*|<\s*|typeof\s+)?\b(?:import|require)\(\s*(?<quote>['"])(?<text>[^'"\n]+)\k<quote>/g

/**
 * Every module that a source text asks for.
 *
 * @param {string} source
 * @returns {Specifier[]}
 */
export function specifiersIn(source) {
  const found = [
    ...Array.from(source.matchAll(STATIC), (match) => ({ match, isType: namesOnlyTypes(match.groups?.clause ?? '') })),
    ...Array.from(source.matchAll(DYNAMIC), (match) => ({ match, isType: match.groups?.type !== undefined })),
  ]
  return found
    .filter(({ match }) => !isComment(source, match.index))
    .map(({ match, isType }) => ({ text: match.groups?.text ?? '', line: lineAt(source, match.index), isType }))
    .sort((one, other) => one.line - other.line)
}

/** @param {string} clause what stands between `import` and the module: `type { A } from`, `{ type A, b } from` */
function namesOnlyTypes(clause) {
  if (/^type\s/.test(clause)) return true
  const names = /^\{(?<names>[^}]*)\}\s*from\s*$/.exec(clause.trimStart())?.groups?.names
  const list =
    names
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '') ?? []
  return list.length > 0 && list.every((name) => name.startsWith('type '))
}

/**
 * @param {string} source
 * @param {number} index
 */
function isComment(source, index) {
  const start = source.lastIndexOf('\n', index - 1) + 1
  return /^\s*(?:\/\/|\/?\*)/.test(source.slice(start, index + 1))
}

/**
 * @param {string} source
 * @param {number} index
 */
function lineAt(source, index) {
  return source.slice(0, index).split('\n').length
}
