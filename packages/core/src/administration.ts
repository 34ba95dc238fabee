import type { SessionAdministration } from './contract.ts'
import { GatewayError } from './error.ts'
import type { Services } from './flow/services.ts'
import type { SessionDirectory } from './session/directory.ts'

/** The sessions of any user, for the application's own administrators. */
export function createAdministration({ stored, emit, reference }: Services): SessionAdministration {
  const directory = (): SessionDirectory => {
    if (stored === undefined) throw new GatewayError('store_required')
    return stored.directory
  }
  return {
    list: async ({ provider, subject }) => directory().list(provider, subject),
    async end({ provider, subject }, sessionId) {
      const which = (session: { readonly id: string }): boolean => sessionId === undefined || session.id === sessionId
      const ended = await directory().end(provider, subject, which)
      for (const { id } of ended) {
        emit({ type: 'session_ended', provider, subject, session: id, cause: 'administrator', reference: reference() })
      }
      return ended.length
    },
  }
}
