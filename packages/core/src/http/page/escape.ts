/** Markup that `html` wrote. Nothing else can make one, a parsed JSON body included. */
export interface Html {
  readonly [MARKUP]: string
}

/** What may stand in a template: text, which is escaped, or markup, which is not. `undefined` prints nothing. */
export type Interpolation = string | number | Html | readonly Html[] | undefined

const MARKUP = Symbol('markup')

/**
 * A template whose interpolations are escaped, whatever they hold. Only `Html`, which another `html` wrote, passes
 * as it is.
 *
 * Attributes must be written in double quotes: an interpolation after a bare `=` throws `TypeError`, because no
 * escaping makes that safe. An `href`, `action` or `src` that is neither a path nor http(s) becomes
 * `about:invalid`.
 */
export function html(chunks: TemplateStringsArray, ...values: readonly Interpolation[]): Html {
  let markup = chunks[0] ?? ''
  for (const [index, value] of values.entries()) {
    markup += print(value, chunks[index] ?? '') + (chunks[index + 1] ?? '')
  }
  return { [MARKUP]: markup }
}

/** The text of `markup`, for the one place that sends it. */
export function markupOf(markup: Html): string {
  return markup[MARKUP]
}

function print(value: Interpolation, before: string): string {
  if (before.endsWith('=')) throw new TypeError('An attribute value must stand in double quotes.')
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeText(LINK.test(before) ? safeLink(value) : value)
  return isHtml(value) ? value[MARKUP] : value.map(markupOf).join('')
}

function isHtml(value: Html | readonly Html[]): value is Html {
  return MARKUP in value
}

const LINK = /\s(?:href|action|src)="$/

// The second character counts: `//host` and `/\host` are other sites to a browser.
const SAFE_LINK = /^(?:\/(?![/\\])|https?:\/\/)/i

function safeLink(value: string): string {
  return SAFE_LINK.test(value) ? value : 'about:invalid'
}

// Bidirectional controls reorder the text around them; no closing tag stops a stray U+2069.
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g
// Not allowed in HTML, as a character or as a reference: the parser drops or replaces them as it sees fit.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g
const SPECIAL = /[&<>"'`]/g
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(BIDI_CONTROLS, '')
    .replace(FORBIDDEN, '\ufffd')
    .replace(SPECIAL, (character) => REFERENCES[character] ?? '')
}
