/** Markup that is not escaped a second time. */
export interface Html {
  readonly [MARKUP]: string
}

const MARKUP = Symbol('markup')

/** A template that escapes everything put into it, but for what another `html` wrote. */
export function html(
  chunks: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[] | undefined)[]
): Html {
  const printed = values.map((value, index) => print(value) + (chunks[index + 1] ?? ''))
  return { [MARKUP]: (chunks[0] ?? '') + printed.join('') }
}

export function markupOf(markup: Html): string {
  return markup[MARKUP]
}

/** Markup that a library wrote, as it is. Nothing a person has typed may be in it. */
export function libraryMarkup(text: string): Html {
  return { [MARKUP]: text }
}

function print(value: string | number | Html | readonly Html[] | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value))
  return MARKUP in value ? value[MARKUP] : value.map(markupOf).join('')
}

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => REFERENCES[character] ?? '')
}
