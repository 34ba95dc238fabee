import type { Claims } from '../claims.ts'
import { ACCESS_TOKEN_LIFETIME } from '../openid-provider/configuration.ts'
import { type Html, html } from './html.ts'

/** What the OpenID Provider says about the user; or why it does not, and what to do. */
export function claimsSection(claims: Claims): Html {
  return html`<section class="claims" aria-labelledby="claims">
<h2 id="claims">What your provider says</h2>
${content(claims)}
</section>`
}

function content(claims: Claims): Html {
  switch (claims.state) {
    case 'ready':
      return html`<dl class="facts">
${claims.claims.map(
  ([name, value]) => html`<div><dt><code>${name}</code></dt><dd><bdi>${value}</bdi></dd></div>
`,
)}</dl>
<p class="fine">The server asked just now, with your access token. That lives for ${ACCESS_TOKEN_LIFETIME} seconds: come back after that, and the timeline shows how it was renewed. <a href="/me">Look again</a></p>`
    case 'unavailable':
      return html`<p class="notice" role="status">The OpenID Provider cannot be reached at the moment. You are still signed in. <a href="/me">Look again</a></p>`
    case 'sign-in-over':
      return html`<p class="notice" role="status">The OpenID Provider no longer accepts this sign-in. <a href="/auth/login/openid?return_to=%2Fme">Sign in again</a></p>`
  }
}
