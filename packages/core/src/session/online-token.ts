import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { Provider } from '../provider/provider.ts'
import { companionOf } from './record.ts'
import type { Session } from './session.ts'

/**
 * Refresh tokens that go with the provider's own session: given without `offline_access`, by a provider that may end
 * sessions here. The server keeps a sealed copy of such a token beside the record that only the browser opens, so that
 * it can be revoked when the session ends without its browser. No other token is ever kept like that.
 *
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#BCActions
 */
export interface OnlineTokens {
  /** The copy that goes with the record at `key`; `undefined` where the session has no such token. */
  seal(session: Session, key: string): string | undefined
  /** The refresh token of a record that has been ended. */
  open(record: string, key: string): string | undefined
}

export function createOnlineTokens(keyring: Keyring, providers: ReadonlyMap<string, Provider>): OnlineTokens {
  return {
    seal({ provider, grants }, key) {
      const grant = grants[provider]
      if (grant?.refreshToken === undefined || !isOnline(grant.scope, providers.get(provider))) return undefined
      return seal(keyring, nameOf(key), grant.refreshToken)
    },
    open(record, key) {
      const copy = companionOf(record)
      return copy === undefined ? undefined : open(keyring, nameOf(key), copy)?.octets.toString()
    },
  }
}

/** What was asked for counts as well: some providers do not name `offline_access` in what they granted. */
function isOnline(granted: readonly string[], provider: Provider | undefined): boolean {
  if (provider?.protocol !== 'oidc' || !provider.capabilities.revocation) return false
  const mayEndSessions = provider.backchannelLogout !== undefined || provider.frontchannelLogout !== undefined
  return mayEndSessions && ![...granted, ...provider.scope].includes('offline_access')
}

function nameOf(key: string): string {
  return `online.${key}`
}
