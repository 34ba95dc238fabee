import { GatewayError } from '../error.ts'
import type { LoginParameter } from '../provider/provider.ts'

const MAX_OCTETS = 256
// Escapes take three characters for an octet, and the whole address is to stay below two kilobytes.
const MAX_ENCODED = 1_280
const PRINTABLE = /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufffc]+$/

const NONE: Readonly<Record<string, string>> = Object.freeze({})

const SHAPES: Readonly<Record<LoginParameter, RegExp>> = {
  prompt: /^(?:none|(?:login|consent|select_account|create)(?: (?:login|consent|select_account))*)$/,
  login_hint: PRINTABLE,
  max_age: /^\d{1,9}$/,
  acr_values: /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/,
  ui_locales: /^[A-Za-z0-9-]+(?: [A-Za-z0-9-]+)*$/,
}

/**
 * The parameters of a sign-in's address that go on to the provider: those the provider allows, each once, short
 * and well formed, and all of them together short too. Others are dropped; a malformed one throws `parameter_invalid`.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 */
export function loginParameters(
  query: URLSearchParams,
  allowed: readonly LoginParameter[],
): Readonly<Record<string, string>> {
  if (query.size === 0) return NONE
  const passed = allowed.flatMap((name) => {
    const values = query.getAll(name)
    const [value] = values
    if (value === undefined) return []
    if (values.length > 1 || Buffer.byteLength(value) > MAX_OCTETS || !SHAPES[name].test(value)) {
      throw new GatewayError('parameter_invalid')
    }
    return [[name, value] as const]
  })
  const encoded = passed.reduce((total, [name, value]) => total + name.length + encodeURIComponent(value).length, 0)
  if (encoded > MAX_ENCODED) throw new GatewayError('parameter_invalid')
  return Object.fromEntries(passed)
}
