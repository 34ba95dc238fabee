import type { RecordedRequest } from '../server/recorded-request.ts'

export type TokenParameters = Readonly<Record<string, string | undefined>>

/** Parameters of a token request, whether they came as a form or as JSON: AniList's documentation shows both. */
export function tokenParameters({ form, json }: RecordedRequest): TokenParameters {
  if (typeof json !== 'object' || json === null) return Object.fromEntries(form)
  const scalars = Object.entries(json).filter(([, value]) => typeof value === 'string' || typeof value === 'number')
  return Object.fromEntries(scalars.map(([name, value]) => [name, String(value)]))
}

export interface Credentials {
  readonly id: string | undefined
  readonly secret: string | undefined
  readonly usedBasic: boolean
}

/** The body, or else the header, taken literally: this engine does not undo the encoding of RFC 6749 section 2.3.1. */
export function readCredentials({ headers }: RecordedRequest, parameters: TokenParameters): Credentials {
  const basic = /^basic +(.+)$/i.exec(headers.authorization ?? '')?.[1]
  const pair = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const [user, password] = colon === -1 ? [] : [pair.slice(0, colon), pair.slice(colon + 1)]
  return {
    id: parameters.client_id ?? user,
    secret: parameters.client_secret ?? password,
    usedBasic: basic !== undefined,
  }
}
