/** The page at `/`, without script: what this grid is and how to join it with Node. */
import { createHash } from "node:crypto";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1d22; --paper: #fbfaf7; --soft: #5d6370; --line: #dedbd2; --mark: #0b5f8a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e7e1; --paper: #16181c; --soft: #a3a8b3; --line: #343841; --mark: #7cc4ec; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: clamp(2rem, 8vh, 6rem) 1.25rem 4rem; }
h1 { font-size: 2.25rem; line-height: 1.15; margin: 0 0 0.75rem; letter-spacing: -0.02em; }
h2 { font-size: 1.125rem; margin: 2.5rem 0 0.5rem; }
p { margin: 0 0 1rem; }
.lead { font-size: 1.25rem; color: var(--soft); }
pre { margin: 0 0 1rem; padding: 0.875rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; overflow-x: auto; }
code { font: 0.9375rem/1.5 ui-monospace, monospace; }
a { color: var(--mark); text-underline-offset: 0.2em; }
a:focus-visible, pre:focus-visible { outline: 2px solid var(--mark); outline-offset: 3px; }
ul { padding-left: 1.25rem; margin: 0; }
`;

/** In base64, as a Content-Security-Policy names it. */
export const STYLE_SHA256 = createHash("sha256").update(STYLE).digest("base64");

/** @param address Where clients reach this grid; it may stem from a header and is escaped. */
export function page(address: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Valence: a volunteer compute grid</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Valence</h1>
<p class="lead">A volunteer compute grid. People lend the idle cores of their machines, and scientists and engineers watch
their answers grow.</p>
<h2>Lend this machine</h2>
<p>You need Node 20.19 or newer and a checkout of Valence. In it, run:</p>
<pre tabindex="0"><code>npx --no valence work --url ${escaped(address)}</code></pre>
<p>Nothing runs before you start it, and Ctrl+C gives back what is not done.</p>
<h2>See what it does</h2>
<ul>
<li><a href="/api/v1/jobs">Jobs</a>: what is computed, and how far it is</li>
<li><a href="/api/v1/stats">Stats</a>: volunteers, slots and speed</li>
</ul>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
