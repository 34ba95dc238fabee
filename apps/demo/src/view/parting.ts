import type { SignedIn } from '@postern/core'
import { type Html, html } from './html.ts'

/**
 * What a page says whose session ends while it is open. The script looks now and then, and shows what fits: in a
 * region that was there before, so that it is read aloud.
 */
export function parting({ provider, subject }: SignedIn): Html {
  const again = `/auth/login/${provider}?return_to=%2Fme`
  const byWhom = provider === 'openid' ? ', or by the OpenID Provider' : undefined
  return html`<div class="parting" role="alert" data-signed-in="${provider}/${subject}">
<div data-ended hidden><p><strong>You are no longer signed in here.</strong> This session was ended: in another tab, or from another browser${byWhom}. What you see below is from before.</p><a class="button" href="${again}">Sign in again</a></div>
<div data-replaced hidden><p><strong>Somebody else is signed in now.</strong> It happened in another tab of this browser. What you see below is from before.</p><a class="button" href="/me">Look again</a></div>
</div>`
}
