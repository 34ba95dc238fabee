/** A form, as far as submitting it goes. */
export interface HtmlForm {
  readonly method: 'GET' | 'POST'
  /** As written: may be relative, or empty for the page itself. */
  readonly action: string
  readonly controls: readonly Control[]
}

export interface Control {
  /** `choice` is a radio button, a checkbox or an option of a select. */
  readonly kind: 'field' | 'choice' | 'button'
  readonly name: string
  readonly value: string
  /** Whether a choice is made already. */
  readonly chosen: boolean
}

interface Tag {
  readonly name: string
  readonly isEnd: boolean
  readonly attributes: ReadonlyMap<string, string>
  /** Text up to the next tag. */
  readonly text: string
}

/** The forms of a page. Enough HTML for pages that need no script, and no more. */
export function readForms(html: string): readonly HtmlForm[] {
  const forms: { method: 'GET' | 'POST'; action: string; controls: Control[] }[] = []
  let isInside = false
  let selectName = ''
  for (const { name, isEnd, attributes, text } of readTags(html)) {
    if (name === 'form') {
      isInside = !isEnd
      const method = attributes.get('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET'
      if (!isEnd) forms.push({ method, action: attributes.get('action') ?? '', controls: [] })
      continue
    }
    if (name === 'select') selectName = isEnd ? '' : (attributes.get('name') ?? '')
    if (isEnd || !isInside || attributes.has('disabled')) continue
    const control = readControl(name, attributes, text, selectName)
    if (control !== undefined) forms.at(-1)?.controls.push(control)
  }
  return forms
}

function readControl(
  tag: string,
  attributes: ReadonlyMap<string, string>,
  text: string,
  selectName: string,
): Control | undefined {
  const name = attributes.get('name') ?? ''
  const value = attributes.get('value')
  const type = attributes.get('type')?.toLowerCase()
  if (tag === 'textarea') return { kind: 'field', name, value: text, chosen: true }
  if (tag === 'option') {
    return { kind: 'choice', name: selectName, value: value ?? text.trim(), chosen: attributes.has('selected') }
  }
  if (tag === 'button' && (type ?? 'submit') === 'submit') {
    return { kind: 'button', name, value: value ?? '', chosen: false }
  }
  if (tag !== 'input' || type === 'button' || type === 'reset') return undefined
  if (type === 'submit') return { kind: 'button', name, value: value ?? '', chosen: false }
  if (type === 'radio' || type === 'checkbox') {
    return { kind: 'choice', name, value: value ?? 'on', chosen: attributes.has('checked') }
  }
  return { kind: 'field', name, value: value ?? '', chosen: true }
}

const IGNORED = /<!--.*?-->|<(script|style|template)\b.*?<\/\1\s*>/gis
const TAG = /<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>([^<]*)/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g

function readTags(html: string): readonly Tag[] {
  return [...html.replace(IGNORED, '').matchAll(TAG)].map(([, slash, name = '', inside = '', text = '']) => ({
    name: name.toLowerCase(),
    isEnd: slash === '/',
    attributes: new Map(
      [...inside.matchAll(ATTRIBUTE)].map(([, attribute = '', double, single, bare]) => [
        attribute.toLowerCase(),
        decodeEntities(double ?? single ?? bare ?? ''),
      ]),
    ),
    text: decodeEntities(text),
  }))
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return NAMED[name] ?? whole
  })
}
