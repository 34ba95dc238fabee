import { json, type Respond } from './local-server.ts'

/** A token endpoint whose refresh tokens count once: a second use of one revokes everything of that sign-in. */
export interface RotatingTokens {
  readonly respond: Respond
  /** Refresh tokens in the order they were presented. */
  readonly presented: readonly string[]
  /** Seconds, or whatever else a provider may say. */
  expiresIn: unknown
  /** Members of the next answers to a refresh, over the usual ones; `undefined` leaves one out. */
  members: Readonly<Record<string, unknown>>
  /** Goes first, with the right answer still to be given: so it can be held, lost or replaced. */
  interrupt: ((answer: Respond) => Respond) | undefined
}

/** The number of the sign-in, and how often its tokens were renewed: `access-1-0` is the first token of the first. */
export function rotatingTokens(): RotatingTokens {
  const presented: string[] = []
  const live = new Map<string, { readonly family: number; readonly generation: number }>()
  const revoked = new Set<number>()
  let families = 0

  const issue = (family: number, generation: number): Record<string, unknown> => {
    live.set(`refresh-${family}-${generation}`, { family, generation })
    return {
      access_token: `access-${family}-${generation}`,
      refresh_token: `refresh-${family}-${generation}`,
      token_type: 'Bearer',
      expires_in: tokens.expiresIn,
    }
  }

  const refresh = (token: string): Respond => {
    const { family, generation } = /^refresh-(?<family>\d+)-(?<generation>\d+)$/.exec(token)?.groups ?? {}
    if (live.delete(token) && !revoked.has(Number(family))) {
      return json(200, { ...issue(Number(family), Number(generation) + 1), ...tokens.members })
    }
    revoked.add(Number(family))
    return json(400, { error: 'invalid_grant' })
  }

  const tokens: RotatingTokens = {
    presented,
    expiresIn: 3_600,
    members: {},
    interrupt: undefined,
    async respond(response, request) {
      const form = new URLSearchParams(request.body)
      const token = form.get('refresh_token')
      if (token === null) {
        families += 1
        await json(200, issue(families, 0))(response, request)
        return
      }
      presented.push(token)
      const answer: Respond = (to, from) => refresh(token)(to, from)
      await (tokens.interrupt?.(answer) ?? answer)(response, request)
    },
  }
  return tokens
}
