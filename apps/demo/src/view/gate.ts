import { type Html, html } from './html.ts'

/** The postern itself: an arch of stones, a lantern, and what stands in the opening. */
export function gate(content: Html): Html {
  return html`<div class="gate"><div class="opening">
<svg class="lantern" viewBox="0 0 64 64" aria-hidden="true"><path class="light" d="M22 26h20l4 22H18z"/><path d="M32 4v8M24 18c0-8 16-8 16 0M22 18h20v8H22zM22 26l-4 22h28l-4-22M16 48h32v6H16zM32 32c4 5 4 10 0 11c-4-1-4-6 0-11z"/></svg>
${content}
</div></div>`
}
