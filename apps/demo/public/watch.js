import { whileVisible } from './while-visible.js'

const PAUSE = 2000

/**
 * Says so when the session of an open page ends, or becomes somebody else’s. Asking does not keep the session alive:
 * `/auth/session` is no activity.
 */
export function watchSignIn(region) {
  const ended = region.querySelector('[data-ended]')
  const replaced = region.querySelector('[data-replaced]')
  whileVisible(PAUSE, async () => {
    const response = await fetch('/auth/session')
    if (!response.ok) return
    const { authenticated, provider, user } = await response.json()
    ended.hidden = authenticated
    replaced.hidden = !authenticated || `${provider}/${user.id}` === region.dataset.signedIn
  })
}
