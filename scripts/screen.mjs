/** What stays on the terminal once the ledger answers: the pasted lines are not indented, so that they copy cleanly. */
export function screen(url, port) {
  const demo = port === 8787 ? 'npm run demo' : `PORT=${port} npm run demo`
  const terminal = process.platform === 'win32' ? 'Git Bash' : 'another terminal'
  return `
  Entitlement Ledger   ${url}
  API reference        ${url}/docs

  Paste into ${terminal}, in this folder: a token, a feature, a grant, a check.

AUTH="Authorization: Bearer $(npm run -s token -- --sub me --scope "access:check entitlements:write catalog:write")"
JSON="Content-Type: application/json"
curl -w '\\n' -H "$AUTH" -H "$JSON" -X PUT ${url}/v4/features/export-4k -d '{ "type": "boolean" }'
curl -w '\\n' -H "$AUTH" -H "$JSON" -H "Idempotency-Key: first" ${url}/v4/users/alice/entitlements -d '{ "feature": "export-4k" }'
curl -w '\\n' -H "$AUTH" ${url}/v4/users/alice/access/export-4k

  Or watch the life of one customer: ${demo}          Ctrl-C ends the server.
`
}
