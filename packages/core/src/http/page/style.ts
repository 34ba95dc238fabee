import { createHash } from 'node:crypto'

/**
 * The one style sheet of the gateway's pages. The page is a wall; its content stands in the opening of a gate,
 * under a ring of stones. Colours: fog and slate for stone, verdigris for what can be pressed, lamplight for warmth.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --wall: #dfe4e4;
  --joint: #c9d0d0;
  --stone: #b4bdbe;
  --stone-joint: #939fa1;
  --opening: #fbfcfb;
  --ink: #16211f;
  --ink-quiet: #47565a;
  --door: #17594e;
  --door-hover: #0f463d;
  --on-door: #ffffff;
  --lamp: #e9a52b;
  --glow: rgb(233 165 43 / 0.2);
}
@media (prefers-color-scheme: dark) {
  :root {
    --wall: #10171b;
    --joint: #192328;
    --stone: #2c393f;
    --stone-joint: #1a2429;
    --opening: #151f24;
    --ink: #e8eeeb;
    --ink-quiet: #a7b5b6;
    --door: #7fcdb9;
    --door-hover: #a3e0d0;
    --on-door: #0c211d;
    --lamp: #f4bb52;
    --glow: rgb(244 187 82 / 0.2);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  --course: 4.5rem;
  min-height: 100vh;
  min-height: 100dvh;
  margin: 0;
  padding-top: 1.5rem;
  display: grid;
  place-items: end center;
  background-color: var(--wall);
  background-image:
    linear-gradient(var(--joint) 2px, transparent 2px),
    conic-gradient(at 2px var(--course), transparent 75%, var(--joint) 0),
    conic-gradient(at 2px var(--course), transparent 75%, var(--joint) 0);
  background-size: 100% var(--course), 9rem 9rem, 9rem 9rem;
  background-position: 0 0, 50% 0, calc(50% + 4.5rem) var(--course);
  color: var(--ink);
  font: 1.0625rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
.gate {
  --width: min(28rem, 100vw - 1.5rem);
  --ring: clamp(0.9rem, 4vw, 1.6rem);
  width: var(--width);
  min-height: min(42rem, 100vh - 1.5rem);
  padding: var(--ring) var(--ring) 0;
  display: flex;
  border-radius: calc(var(--width) / 2) calc(var(--width) / 2) 0 0;
  background-color: var(--stone);
  background-image:
    repeating-conic-gradient(from -0.4deg at 50% 100%, var(--stone-joint) 0 0.8deg, transparent 0.8deg 15deg),
    repeating-linear-gradient(var(--stone-joint) 0 2px, transparent 2px 3.6rem);
  background-size: 100% calc(var(--width) / 2), 100% 100%;
  background-position: 0 0, 0 calc(var(--width) / 2);
  background-repeat: no-repeat;
  box-shadow: 0 0 0 2px var(--stone-joint);
}
.opening {
  flex: 1;
  min-width: 0;
  padding: 3.25rem clamp(1.1rem, 6vw, 2.25rem) 2.5rem;
  border-radius: calc(var(--width) / 2 - var(--ring)) calc(var(--width) / 2 - var(--ring)) 0 0;
  box-shadow: 0 0 0 2px var(--stone-joint);
  background: radial-gradient(circle at 50% 5.75rem, var(--glow), transparent 11rem) var(--opening);
  overflow-wrap: anywhere;
}
.shut .opening { background: var(--opening); }
.emblem {
  display: block;
  width: 5rem;
  height: 5rem;
  margin: 0 auto 1.5rem;
  fill: none;
  stroke: currentColor;
  stroke-width: 2;
  stroke-linejoin: round;
  stroke-linecap: round;
}
.emblem .light { fill: var(--lamp); stroke: none; }
h1 {
  margin: 0 0 1rem;
  font: 600 1.7rem/1.2 Optima, Candara, "Gill Sans", "Noto Sans", system-ui, sans-serif;
  letter-spacing: 0.005em;
  text-align: center;
  text-wrap: balance;
}
p { margin: 0 0 1rem; }
ul { list-style: none; margin: 0; padding: 0; }
li + li { margin-top: 0.75rem; }
.actions { margin: 1.5rem 0 0; }
.actions + .actions { margin-top: 0.75rem; }
.button {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: 0 0.3em;
  width: 100%;
  min-height: 3rem;
  padding: 0.6rem 1.1rem;
  border: 2px solid var(--door);
  border-radius: 0.5rem;
  background: var(--door);
  color: var(--on-door);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  transition: background-color 0.15s, border-color 0.15s;
}
.button:hover { background: var(--door-hover); border-color: var(--door-hover); }
.quiet { background: transparent; color: var(--door); }
.quiet:hover { background: transparent; color: var(--door-hover); text-decoration: underline; }
:focus-visible { outline: 3px solid var(--door); outline-offset: 3px; }
.facts, .aside {
  margin: 2rem 0 0.75rem;
  padding-top: 1.25rem;
  border-top: 2px solid var(--stone);
  color: var(--ink-quiet);
  font-size: 0.9375rem;
}
.facts div { display: flex; gap: 0.75rem; }
.facts dt { flex: 0 0 5.5rem; }
.facts dd { margin: 0; min-width: 0; }
code { color: var(--ink); font: 0.95em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
.note { margin: 0; color: var(--ink-quiet); font-size: 0.9375rem; }
@media (max-width: 30rem) {
  .facts div { display: block; }
  .facts div + div { margin-top: 0.6rem; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { transition: none !important; animation: none !important; }
}
@media (forced-colors: active) {
  .opening, .gate { border: 2px solid; }
}
`

/** What a `style-src` names so that this sheet, and no other, applies. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
