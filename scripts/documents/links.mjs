import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { anchorsOf, linksOf } from './markdown.mjs'

/**
 * Links that lead nowhere inside the repository: to a file, a folder or a heading that is not there. Links that leave
 * it are not followed, because a check that needs a network fails for reasons that are not ours.
 *
 * @param {string} root of the repository; no link may leave it
 * @param {string} path of the document, from the root
 * @returns {string[]} one sentence each
 */
export function deadLinks(root, path) {
  return linksOf(readFileSync(join(root, path), 'utf8'))
    .filter(({ target }) => !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(target))
    .flatMap(({ target, line }) => {
      const reason = whyDead(root, path, target)
      return reason === undefined ? [] : [`${path}:${line}  ${target}: ${reason}`]
    })
}

/**
 * @param {string} root
 * @param {string} path
 * @param {string} target
 */
function whyDead(root, path, target) {
  const [file = '', anchor] = decodeURIComponent(target).split('#', 2)
  if (file.startsWith('/')) return 'write it relative to this document, so that it works in an editor too'
  const absolute = file === '' ? join(root, path) : join(root, dirname(path), file)
  if (relative(root, absolute).startsWith('..')) return 'it leaves the repository'
  if (!existsSync(absolute)) return 'there is no such file'
  if (anchor === undefined || !absolute.endsWith('.md') || statSync(absolute).isDirectory()) return undefined
  return anchorsOf(readFileSync(absolute, 'utf8')).has(anchor) ? undefined : 'there is no such heading'
}
