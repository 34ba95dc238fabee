import type { ProviderAnswer } from '../provider/provider.ts'
import { BYTE_ORDER_MARK, parseJson, repeatsMember } from './json.ts'

/** What is read of a `Response`. */
export interface SentAnswer extends Pick<Response, 'status' | 'headers'> {
  /** Decompressed. */
  readonly body: AsyncIterable<Uint8Array> | null
  readonly type?: string
  readonly redirected?: boolean
}

/** What a provider answered, read to its end. */
export interface Answer extends ProviderAnswer {
  /** What the body is. A blocking page is one a firewall puts in front of the provider. */
  readonly form: 'json' | 'empty' | 'blocking_page' | 'other'
  /**
   * What makes JSON something that two readers may read differently: a label of another format, a coding that nobody
   * undoes, a byte order mark, a member that is named twice. `undefined` when there is nothing.
   */
  readonly ambiguity: () => 'label' | 'coding' | 'byte_order_mark' | 'repeated_member' | undefined
}

const MAX_BYTES = 1024 * 1024

/** Reads an answer. `undefined` when its body, decompressed, is above 1 MiB: the rest is then not read. */
export async function readAnswer(response: SentAnswer): Promise<Answer | undefined> {
  const text = await readText(response)
  return text === undefined ? undefined : answerOf(response, text)
}

async function readText({ body }: SentAnswer): Promise<string | undefined> {
  if (body === null) return ''
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let size = 0
  let text = ''
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > MAX_BYTES) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function answerOf({ status, headers }: SentAnswer, text: string): Answer {
  const json = parseJson(text)
  return {
    status,
    headers,
    json,
    form: formOf(json, text),
    ambiguity: () => {
      if (!isLabelledAsJson(headers.get('content-type') ?? '')) return 'label'
      if (!CODINGS.has(headers.get('content-encoding')?.trim().toLowerCase() ?? '')) return 'coding'
      if (text.startsWith(BYTE_ORDER_MARK)) return 'byte_order_mark'
      return json !== undefined && repeatsMember(text) ? 'repeated_member' : undefined
    },
  }
}

// JSON without a label, or with one that says only that it is text, is common.
const JSON_LABEL = /^\s*(?:(?:application|text)\/(?:[\w.-]+\+|x-)?(?:json|javascript)|text\/plain)?\s*(?:;|$)/i
// JSON is UTF-8, and whoever believes this reads something else.
const WIDE_CHARSET = /;\s*charset\s*=\s*["']?(?:utf-?(?:16|32)|ucs)/i

function isLabelledAsJson(type: string): boolean {
  return JSON_LABEL.test(type) && !WIDE_CHARSET.test(type)
}

// What every way to a provider undoes, and what leaves a body as it is.
const CODINGS = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br'])

const BLOCKING_PAGE = /just a moment|cloudflare|attention required|captcha/i
const BLOCKING_PAGE_SAMPLE = 16 * 1024

function formOf(json: unknown, text: string): Answer['form'] {
  if (json !== undefined) return 'json'
  if (text.trim() === '') return 'empty'
  return BLOCKING_PAGE.test(text.slice(0, BLOCKING_PAGE_SAMPLE)) ? 'blocking_page' : 'other'
}
