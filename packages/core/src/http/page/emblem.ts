import { type Html, html } from './escape.ts'

/** The small drawing above a heading. It says nothing the text does not: screen readers skip it. */
export type Emblem = keyof typeof DRAWINGS

export function emblem(name: Emblem): Html {
  return html`<svg class="emblem" viewBox="0 0 64 64" aria-hidden="true" focusable="false">${DRAWINGS[name]}</svg>`
}

const DRAWINGS = {
  lantern: html`<path class="light" d="M22 26h20l4 22H18z"/><path d="M32 4v8M24 18c0-8 16-8 16 0M22 18h20v8H22zM22 26l-4 22h28l-4-22M16 48h32v6H16zM32 32c4 5 4 10 0 11c-4-1-4-6 0-11z"/>`,
  portcullis: html`<path d="M8 58V30a24 24 0 0 1 48 0v28M14 15v38l2.5 5l2.5-5V11M29.5 6v47l2.5 5l2.5-5V6M45 11v42l2.5 5l2.5-5V15M8 26h48M8 41h48"/>`,
  door: html`<path d="M8 58V30a24 24 0 0 1 48 0v28zM20 9v49M32 6v52M44 9v49M8 24h8M8 46h8"/><circle class="light" cx="38" cy="36" r="3.5"/>`,
} as const
