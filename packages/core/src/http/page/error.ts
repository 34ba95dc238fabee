import { renderDocument } from './document.ts'
import { html } from './escape.ts'
import type { ErrorPage } from './model.ts'

/** What went wrong, the one thing to do about it, and what to quote when asking for help. */
export function errorPage({ title, message, action, status, code, reference }: ErrorPage): string {
  const button =
    action && html`<p class="actions"><a class="button" dir="auto" href="${action.href}">${action.label}</a></p>`
  return renderDocument({
    title,
    emblem: 'portcullis',
    body: html`<p dir="auto">${message}</p>
${button}
<dl class="facts">
<div><dt>Error</dt><dd><code>${code}</code> (${status})</dd></div>
<div><dt>Reference</dt><dd><code>${reference}</code></dd></div>
</dl>
<p class="note">Asking for help? Quote the reference: it is how this moment is found again.</p>`,
  })
}
