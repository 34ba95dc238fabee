import { dirname, join, normalize } from 'node:path/posix'
import { specifiersIn } from './specifiers.mjs'

/**
 * The order of `packages/core/src`, outermost first. A file may load what stands on a later line, never what stands
 * on an earlier one: so the inner folders can be read, tested and trusted without the outer ones. Folders on one line
 * do not load each other, but may name each other's types: the guard speaks of the session that it judges without
 * running any of its code.
 */
export const CORE_ORDER = [
  ['index'],
  ['gateway'],
  ['administration', 'forwarding', 'endpoint', 'sign-in-as'],
  ['visit', 'services'],
  ['session-services', 'emitter'],
  ['flow'],
  ['config', 'contract'],
  ['option-problems', 'start-up-warnings'],
  ['provider-list-problems', 'options'],
  ['protocol', 'transaction', 'session', 'guard', 'proxy'],
  ['provider'],
  ['http', 'crypto', 'store'],
  ['error', 'event', 'unknown-name', 'waiting'],
  ['error-table'],
]

/** Types that may be named against the order, by the one file that has a reason to. */
const EXCEPTIONS = [
  // A decision is one of three values, and the union has to name the one that is for the proxy to make.
  { from: 'packages/core/src/http/decision.ts', to: 'packages/core/src/proxy/forward.ts' },
]

/** What tests of an application load from where it stands: a tool of the workspace that no package should carry. */
const TEST_TOOLS = ['scripts/chromium.ts']

const NAMELESS = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'lib', 'types']

/**
 * @typedef {object} Source
 * @property {string} path from the root of the workspace, with forward slashes
 * @property {string} text
 *
 * @typedef {object} Violation
 * @property {string} path
 * @property {number} [line]
 * @property {string} reason a sentence that says what is wrong, and why it matters
 */

/**
 * Every boundary that is crossed. What one import alone can show (which packages a folder may import) is left to
 * `biome.json`; here is what takes the place of a file to see.
 *
 * @param {readonly Source[]} sources
 * @returns {Violation[]}
 */
export function boundaryViolations(sources) {
  return sources.flatMap((source) => [
    ...nameViolations(source),
    ...escapeViolations(source),
    ...orderViolations(source),
  ])
}

/**
 * @param {Source} source
 * @returns {Violation[]}
 */
function nameViolations({ path }) {
  // `types.test-d.ts` tests the types of what is beside it, and says so.
  if (path.endsWith('.test-d.ts')) return []
  return path
    .split('/')
    .map((part) => part.replace(/\..*$/, ''))
    .filter((name) => NAMELESS.includes(name))
    .map((name) => ({ path, reason: `"${name}" says nothing about what is inside. Name it for the story it tells.` }))
}

/**
 * @param {Source} source
 * @returns {Violation[]}
 */
function escapeViolations({ path, text }) {
  const home = packageOf(path)
  if (home === undefined) return []
  return specifiersIn(text)
    .filter((specifier) => specifier.text.startsWith('.'))
    .map((specifier) => ({ ...specifier, target: join(dirname(path), specifier.text) }))
    .filter(({ target }) => !target.startsWith(`${home}/`))
    .filter(({ target }) => home.startsWith('packages/') || !TEST_TOOLS.includes(target))
    .map(({ text: target, line }) => ({
      path,
      line,
      reason: `${target} leaves ${home}. Import the other package by its name, as a third party would.`,
    }))
}

/**
 * @param {Source} source
 * @returns {Violation[]}
 */
function orderViolations({ path, text }) {
  const place = placeInCore(path)
  // Tests arrange by calling real functions, from wherever they need them.
  if (place === undefined || isTest(path)) return []
  if (levelOf(place) === -1) {
    return [
      { path, reason: `"${place}" has no place in core's order yet. Give it one in scripts/imports/boundaries.mjs.` },
    ]
  }
  return specifiersIn(text)
    .map((specifier) => ({ ...specifier, target: placeInCore(join(dirname(path), specifier.text)) }))
    .filter(({ text: written, target }) => written.startsWith('.') && target !== undefined && target !== place)
    .filter(({ text: written, isType }) => !(isType && isExcepted(path, written)))
    .flatMap(({ text: written, target, line, isType }) => {
      const reason = orderBroken(place, target ?? '', isType)
      return reason === undefined ? [] : [{ path, line, reason: `${written}: ${reason}` }]
    })
}

/**
 * @param {string} from
 * @param {string} to
 * @param {boolean} isType
 * @returns {string | undefined}
 */
function orderBroken(from, to, isType) {
  const distance = levelOf(to) - levelOf(from)
  if (levelOf(to) === -1 || distance > 0) return undefined
  if (distance < 0) return `${from} stands below ${to}, and imports run one way. Pass the value in, or move the code.`
  if (isType) return undefined
  return `${from} and ${to} stand side by side and may share types only. What both need belongs further in.`
}

/**
 * @param {string} path
 * @param {string} specifier
 */
function isExcepted(path, specifier) {
  return EXCEPTIONS.some(({ from, to }) => path === from && join(dirname(path), specifier) === to)
}

/** @param {string} place */
function levelOf(place) {
  return CORE_ORDER.findIndex((level) => level.includes(place))
}

/**
 * The folder, or the file without its ending, directly under `packages/core/src`.
 *
 * @param {string} path
 */
function placeInCore(path) {
  const [first, second, third, place] = normalize(path).split('/')
  if (first !== 'packages' || second !== 'core' || third !== 'src') return undefined
  return place?.replace(/\..*$/, '')
}

/**
 * `packages/core`, `apps/demo`, `bench`.
 *
 * @param {string} path
 */
function packageOf(path) {
  const [first, second] = path.split('/')
  if (first === 'packages' || first === 'apps') return `${first}/${second}`
  return first === 'bench' || first === 'integration' ? first : undefined
}

/** @param {string} path */
function isTest(path) {
  return /\.test(-d)?\.ts$/.test(path)
}
