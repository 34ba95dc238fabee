import type { SignedIn } from '@postern/core'
import { providerName } from '../provider/name.ts'
import { type Html, html } from './html.ts'

/**
 * What a page says whose session ends while it is open. The script looks now and then, and shows what fits: in a
 * region that was there before, so that it is read aloud.
 */
export function parting({ provider, subject }: SignedIn): Html {
  const again = `/auth/login/${provider}?return_to=%2Fme`
  return html`<div class="parting" role="alert" data-signed-in="${provider}/${subject}">
<div data-ended hidden><p><strong>You are no longer signed in here.</strong> This session was ended: in another tab, from another browser, or by ${providerName(provider)}. What you see below is from before.</p><a class="button" href="${again}">Sign in again</a></div>
<div data-replaced hidden><p><strong>Somebody else is signed in now.</strong> It happened in another tab of this browser. What you see below is from before.</p><a class="button" href="/me">Look again</a></div>
</div>`
}
