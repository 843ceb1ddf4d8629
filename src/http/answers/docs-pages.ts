import { html, raw } from 'hono/html'
import { PROBLEMS } from '../../contract/problems/problems.ts'

const PAGE_STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1c2024 }
code { background: #f0f1f3; padding: 0 .25em; border-radius: 3px } h2 { margin-top: 2.5rem; border-top: 1px solid #d9dce0; padding-top: 1rem }
:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #16181b } code { background: #2a2e33 } h2 { border-color: #3a3f45 } }`

/** The document of the API in a browser. Script and style come from this Worker’s own assets. */
export function apiPage() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Entitlement Ledger API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs-ui/swagger-ui.css" />
        <link rel="stylesheet" href="/docs-ui/docs-ui.css" />
      </head>
      <body>
        <div id="api"></div>
        <script src="/docs-ui/swagger-ui-bundle.js"></script>
        <script src="/docs-ui/docs-ui.js"></script>
      </body>
    </html>`
}

/** Every problem code, explained: where the `type` of a problem leads. */
export function problemsPage() {
  const problems = Object.entries(PROBLEMS).map(
    ([code, { status, title, retryable, help }]) => html`
      <h2 id="${code}"><code>${code}</code> — ${status}</h2>
      <p><strong>${title}.</strong> ${raw(withCode(help))}</p>
      <p>${retryable ? 'Retrying the same request may help.' : 'Retrying the same request does not help.'}</p>
    `,
  )
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Problems — Entitlement Ledger</title>
        <link rel="icon" href="data:," />
        <style>
          ${raw(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>Problems</h1>
          <p>
            Every answer that is not a success is <code>application/problem+json</code>, of some under
            <code>/ofrep/</code> <code>application/json</code>. Its <code>code</code> never changes its
            meaning.
          </p>
          ${problems}
        </main>
      </body>
    </html>`
}

/** The words between backticks of our own catalogue, set as code. */
function withCode(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}
