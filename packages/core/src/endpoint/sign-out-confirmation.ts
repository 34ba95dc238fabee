import type { Keyring } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { Found } from '../session/sessions.ts'
import { publicId } from '../session/summary.ts'

// Name under which it is sealed.
const NAME = 'sign-out-confirmation'

/**
 * What the gateway's own page to sign out carries in its form, where no other site can read it. It names the sessions that
 * the page was shown for: a copy signs nobody else out.
 */
export function confirmationFor(all: readonly Found[], keyring: Keyring): string {
  return seal(keyring, NAME, all.map(({ session }) => publicId(session)).join(' '))
}

/** Whether the form shows that it is the one that was made for these sessions. */
export function isConfirmed(confirmation: string | undefined, all: readonly Found[], keyring: Keyring): boolean {
  const opened = confirmation === undefined ? undefined : open(keyring, NAME, confirmation)
  if (opened === undefined) return false
  const named = opened.octets.toString().split(' ')
  return all.every(({ session }) => named.includes(publicId(session)))
}
