import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture } from '../run.mjs'
import { codeBlocksOf } from './markdown.mjs'

/**
 * @typedef {object} Outcome
 * @property {number} compiled blocks marked `ts`
 * @property {number} fragments blocks marked `ts fragment`, which show an outline and are not compiled
 * @property {string[]} errors as the compiler words them, at the document's own lines; and blocks that are marked
 *   neither way, which would look checked and not be
 */

/**
 * Compiles the TypeScript that a document shows. Every block marked `ts` is a module of its own. When its first line
 * is a comment with a file name (`// gateway.ts`), the document's other blocks can import it by that name.
 *
 * @param {string} root of the repository
 * @param {string} path of the document, from the root
 * @param {string} home a package that depends on all that documents import; the blocks are compiled as if inside it
 * @returns {Promise<Outcome>}
 */
export async function compileSnippets(root, path, home) {
  const blocks = codeBlocksOf(readFileSync(join(root, path), 'utf8'))
  const snippets = blocks.filter(({ info }) => info === 'ts').map((block) => ({ ...block, file: fileNameOf(block) }))
  const fragments = blocks.filter(({ info }) => info === 'ts fragment').length
  const unmarked = blocks
    .filter(({ info }) => /^(ts|tsx|typescript)\b/.test(info) && info !== 'ts' && info !== 'ts fragment')
    .map(({ info, line }) => `${path}:${line - 1}  "${info}": mark it "ts" or "ts fragment"`)
  if (snippets.length === 0) return { compiled: 0, fragments, errors: unmarked }
  // Inside node_modules, where neither git nor the formatter looks.
  mkdirSync(join(home, 'node_modules'), { recursive: true })
  const folder = mkdtempSync(join(home, 'node_modules', '.snippets-'))
  writeProject(root, folder, snippets)
  const { output } = await capture('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder })
  rmSync(folder, { recursive: true })
  const errors = output === '' ? [] : [inDocument(output, path, snippets)]
  return { compiled: snippets.length, fragments, errors: [...unmarked, ...errors] }
}

/** @param {{ code: string, line: number }} block */
function fileNameOf({ code, line }) {
  return /^\/\/ (?<name>[\w./-]+\.ts)\s*$/m.exec(code.split('\n', 1)[0] ?? '')?.groups?.name ?? `line-${line}.ts`
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {readonly { code: string, line: number, file: string }[]} snippets
 */
function writeProject(root, folder, snippets) {
  for (const { code, line, file } of snippets) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    // Blank lines in front, so that the compiler's line numbers are the document's.
    writeFileSync(join(folder, file), `${'\n'.repeat(line - 1)}${code}\n`)
  }
  const tsconfig = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { noEmit: true, moduleDetection: 'force', noUnusedLocals: false, noUnusedParameters: false },
    files: snippets.map(({ file }) => file),
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
}

/**
 * @param {string} output
 * @param {string} path
 * @param {readonly { file: string }[]} snippets
 */
function inDocument(output, path, snippets) {
  return snippets.reduce((text, { file }) => text.replaceAll(`${file}(`, `${path} (${file}) (`), output)
}
