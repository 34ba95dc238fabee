import { renderDocument } from './document.ts'
import { html } from './escape.ts'
import type { ChoosePage } from './model.ts'

/** Several providers: one link each. */
export function choosePage({ providers }: ChoosePage): string {
  const links = providers.map(
    ({ name, href }) => html`<li><a class="button" href="${href}">Continue with <bdi>${name}</bdi></a></li>
`,
  )
  return renderDocument({
    title: 'Choose how to sign in',
    emblem: 'lantern',
    body: html`<ul class="actions">
${links}</ul>`,
  })
}
