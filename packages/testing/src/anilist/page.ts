import { createHash } from 'node:crypto'
import { type HttpAnswer, html } from '../server/answer.ts'
import { escapeHtml } from '../server/escape-html.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c22; --paper: #fbfaf7; --card: #fff; --line: #cfcac0; --accent: #235f8a; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ecebe6; --paper: #17181c; --card: #212329; --line: #494d57; --accent: #8cc4ee; --on-accent: #10202c; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.notice { margin: 0 0 1.25rem; padding: .6rem .8rem; border: 2px dashed var(--accent); border-radius: .5rem; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere; }
fieldset { margin: 1.25rem 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
label { display: flex; align-items: center; gap: .75rem; margin-top: .6rem; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; }
label:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
label:has(:focus-visible), button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input { width: 1.15rem; height: 1.15rem; margin: 0; accent-color: var(--accent); }
img { width: 2.5rem; height: 2.5rem; border-radius: 50%; }
label span, label small { display: block; overflow-wrap: anywhere; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button { flex: 1; min-width: 8rem; min-height: 2.75rem; padding: .5rem 1rem; font: inherit; font-weight: 600; border: 1px solid var(--accent); border-radius: .5rem; color: var(--accent); background: transparent; cursor: pointer; }
button.primary { color: var(--on-accent); background: var(--accent); }
a { color: var(--accent); }
`

/** A page of the stand-in. It says what it is, loads nothing but its own pictures, and runs no script. */
export function page(status: number, title: string, content: string): HttpAnswer {
  const styleHash = createHash('sha256').update(STYLE).digest('base64')
  return html(
    status,
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="notice"><strong>Stand-in for AniList.</strong> This page runs on this computer, for tests and demonstrations. It is not AniList, and the people on it are made up.</p>
${content}
</main>
</body>
</html>
`,
    {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; img-src 'self'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
    },
  )
}
