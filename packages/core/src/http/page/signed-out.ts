import { renderDocument } from './document.ts'
import { type Html, html } from './escape.ts'
import type { SignedOutPage } from './model.ts'

/** After signing out: where to go, and what the gateway could not end at the provider. */
export function signedOutPage({ home, signIn, remains }: SignedOutPage): string {
  return renderDocument({
    title: 'You are signed out',
    emblem: 'door',
    body: html`<p>Your session in this browser has ended.</p>
<ul class="actions">
<li><a class="button" href="${home}">Go to the start</a></li>
<li><a class="button quiet" href="${signIn}">Sign in again</a></li>
</ul>
${remains && remainder(remains)}`,
  })
}

function remainder({ provider, manageAccessUrl }: NonNullable<SignedOutPage['remains']>): Html {
  const name = html`<bdi>${provider}</bdi>`
  const link =
    manageAccessUrl === undefined
      ? undefined
      : html`<p class="actions"><a class="button quiet" href="${manageAccessUrl}">Manage access at ${name}</a></p>`
  return html`<div class="aside">
<p>${name} still remembers that you allowed this application, and you may still be signed in there.</p>
${link}
</div>`
}
