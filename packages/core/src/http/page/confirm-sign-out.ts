import { renderDocument } from './document.ts'
import { html } from './escape.ts'
import type { ConfirmSignOutPage } from './model.ts'

/** Signing out is a POST, so that no link or picture on another site can do it. This page holds the button. */
export function confirmSignOutPage({ action, returnTo, confirmation, userName }: ConfirmSignOutPage): string {
  const who =
    userName === undefined
      ? html`<p>This ends your session in this browser.</p>`
      : html`<p>You are signed in as <strong><bdi>${userName}</bdi></strong>. This ends your session in this browser.</p>`
  const target = returnTo === undefined ? undefined : html`<input type="hidden" name="return_to" value="${returnTo}">`
  const stay =
    returnTo === undefined
      ? undefined
      : html`<p class="actions"><a class="button quiet" href="${returnTo}">Stay signed in</a></p>`
  return renderDocument({
    title: 'Sign out?',
    emblem: 'door',
    body: html`${who}
<form class="actions" method="post" action="${action}">
${target}
<input type="hidden" name="confirmation" value="${confirmation}">
<button class="button" type="submit">Sign out</button>
</form>
${stay}`,
  })
}
