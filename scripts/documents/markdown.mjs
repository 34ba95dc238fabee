/**
 * @typedef {object} CodeBlock
 * @property {string} info what stands after the opening fence: `ts`, `ts fragment`
 * @property {number} line of its first line of code, counted from 1
 * @property {string} code
 *
 * @typedef {object} Link
 * @property {string} target as written: `docs/flow.md#phases`
 * @property {number} line counted from 1
 */

const FENCE = /^\s*(?<fence>`{3,}|~{3,})(?<info>.*)$/
const INLINE = /!?\[[^\]]*\]\(\s*<?(?<target>[^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g
const REFERENCE = /^\s{0,3}\[[^\]]+\]:\s+<?(?<target>[^\s>]+)>?/g
const HTML = /<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)="(?<target>[^"\s]+)"/g

/**
 * @param {string} markdown
 * @returns {CodeBlock[]}
 */
export function codeBlocksOf(markdown) {
  return sections(markdown).flatMap(({ info, line, lines }) =>
    info === undefined ? [] : [{ info, line, code: lines.join('\n') }],
  )
}

/**
 * Links and images that people can follow: those in code are only examples.
 *
 * @param {string} markdown
 * @returns {Link[]}
 */
export function linksOf(markdown) {
  return proseOf(markdown).flatMap(({ text, line }) =>
    [INLINE, REFERENCE, HTML]
      .flatMap((pattern) => [...withoutCode(text).matchAll(pattern)])
      .map((match) => ({ target: match.groups?.target ?? '', line })),
  )
}

/**
 * What `#…` can point at: headings, as most hosts spell their anchors, and explicit ids.
 *
 * @param {string} markdown
 * @returns {Set<string>}
 */
export function anchorsOf(markdown) {
  /** @type {Set<string>} */
  const anchors = new Set()
  for (const { text } of proseOf(markdown)) {
    for (const match of text.matchAll(/\s(?:id|name)="(?<id>[^"]+)"/g)) anchors.add(match.groups?.id ?? '')
    const heading = /^#{1,6}\s+(?<title>.+?)\s*#*$/.exec(text)?.groups?.title
    if (heading !== undefined) anchors.add(unused(anchorOf(heading), anchors))
  }
  return anchors
}

/**
 * @param {string} markdown
 * @returns {string[]}
 */
export function headingsOf(markdown) {
  return proseOf(markdown).flatMap(({ text }) => /^#{1,6}\s+(?<title>.+?)\s*#*$/.exec(text)?.groups?.title ?? [])
}

/** @param {string} title */
function anchorOf(title) {
  return title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

/**
 * The second heading of a name gets `-1`, the third `-2`.
 *
 * @param {string} anchor
 * @param {ReadonlySet<string>} taken
 */
function unused(anchor, taken) {
  if (!taken.has(anchor)) return anchor
  let count = 1
  while (taken.has(`${anchor}-${count}`)) count += 1
  return `${anchor}-${count}`
}

/** @param {string} text */
function withoutCode(text) {
  return text.replace(/(`+)(?:(?!\1).)+\1/g, '')
}

/** @param {string} markdown */
function proseOf(markdown) {
  return sections(markdown).flatMap(({ info, line, lines }) =>
    info === undefined ? lines.map((text, index) => ({ text, line: line + index })) : [],
  )
}

/**
 * The document cut at its fences, in order. Code has an `info`, prose has none.
 *
 * @param {string} markdown
 * @returns {{ info: string | undefined, line: number, lines: string[] }[]}
 */
function sections(markdown) {
  /** @type {{ info: string | undefined, line: number, lines: string[] }} */
  let current = { info: undefined, line: 1, lines: [] }
  const all = [current]
  let closing = ''
  for (const [index, text] of markdown.split('\n').entries()) {
    const { fence = '', info = '' } = FENCE.exec(text)?.groups ?? {}
    const isOpening = closing === '' && fence !== ''
    const isClosing = closing !== '' && fence.startsWith(closing) && info.trim() === ''
    if (!isOpening && !isClosing) {
      current.lines.push(text)
      continue
    }
    closing = isOpening ? fence : ''
    current = { info: isOpening ? info.trim() : undefined, line: index + 2, lines: [] }
    all.push(current)
  }
  return all
}
