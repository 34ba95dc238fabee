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
   * What makes JSON something that two readers may read differently: a label of another format, a byte order mark, a
   * member that is named twice. `undefined` when there is nothing.
   */
  readonly ambiguity: () => 'label' | 'byte_order_mark' | 'repeated_member' | undefined
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
      if (OTHER_FORMAT.test(headers.get('content-type') ?? '')) return 'label'
      if (text.startsWith(BYTE_ORDER_MARK)) return 'byte_order_mark'
      return json !== undefined && repeatsMember(text) ? 'repeated_member' : undefined
    },
  }
}

// JSON without a label, or with one that says only that it is text, is common.
const OTHER_FORMAT = /^\s*(?:text\/html|application\/xhtml\+xml|(?:text|application)\/xml)\b/i

const BLOCKING_PAGE = /just a moment|cloudflare|attention required|captcha/i
const BLOCKING_PAGE_SAMPLE = 16 * 1024

function formOf(json: unknown, text: string): Answer['form'] {
  if (json !== undefined) return 'json'
  if (text.trim() === '') return 'empty'
  return BLOCKING_PAGE.test(text.slice(0, BLOCKING_PAGE_SAMPLE)) ? 'blocking_page' : 'other'
}
