import { createHash } from 'node:crypto'
import { type Html, html, markupOf } from '../view/html.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: #201a26; --paper: #f6f3f8; --card: #fff; --line: #cbc2d2; --accent: #6a3d83; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece8ef; --paper: #17131b; --card: #221d28; --line: #51475a; --accent: #d0a4e8; --on-accent: #27122f; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
.notice { margin: 0 0 1.25rem; padding: .6rem .8rem; border: 2px dashed var(--accent); border-radius: .5rem; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25; text-wrap: balance; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
fieldset { margin: 1.25rem 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; }
label { display: flex; align-items: center; gap: .75rem; margin-top: .6rem; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; }
label:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
label:has(:focus-visible), button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input { width: 1.15rem; height: 1.15rem; margin: 0; accent-color: var(--accent); }
img { width: 2.5rem; height: 2.5rem; border-radius: .4rem .4rem 50% 50%; }
label span, label small { display: block; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
.buttons button, .buttons a { display: flex; flex: 1; align-items: center; justify-content: center; min-width: 8rem; min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: .5rem; background: transparent; color: var(--accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
.buttons .primary { background: var(--accent); color: var(--on-accent); }
`

/** No `form-action`: Chromium applies it to the redirect that leads back to the application. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; img-src 'self'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** A page of the OpenID Provider. It says what it is, and runs no script. */
export function providerDocument(title: string, content: Html): string {
  // The style is joined and not interpolated: escaping it would change the bytes its hash was made from.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/arms/maren.svg" type="image/svg+xml">
${markupOf(html`<title>${title}: OpenID Provider</title>`)}
<style>${STYLE}</style>
</head>
${markupOf(html`<body>
<main>
<p class="notice"><strong>OpenID Provider.</strong> A real one, running on this computer for the demo. The people it knows are made up.</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`)}`
}
