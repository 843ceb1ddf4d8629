const NO_ID = /^0[0-]*$/

/** What of a configuration, as wrangler reads it, would make a deployment that does not serve. Each a sentence that says what to do. */
export function deployObstacles({ vars = {}, d1_databases = [], kv_namespaces = [] }) {
  const found = []
  for (const { binding, database_id: id } of d1_databases) {
    if (NO_ID.test(id ?? '')) {
      found.push(
        `The D1 database ${binding} has no id yet: npx wrangler d1 create entitlement-ledger --location weur`,
      )
    }
  }
  for (const { binding, id } of kv_namespaces) {
    if (NO_ID.test(id ?? '')) {
      found.push(
        `The KV namespace ${binding} has no id yet: npx wrangler kv namespace create entitlement-ledger`,
      )
    }
  }
  if (vars.JWT_ISSUERS === undefined) {
    const missing = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_ALGORITHMS'].filter((name) => !vars[name])
    if (!vars.JWT_JWKS_URL && !vars.JWT_JWKS) missing.push('JWT_JWKS_URL or JWT_JWKS')
    if (missing.length > 0)
      found.push(`[vars] of wrangler.toml lacks ${missing.join(', ')}: docs/operating/settings.md`)
  }
  if (!['live', 'test'].includes(vars.CHECKOUT_MODE ?? 'test')) {
    found.push(
      `CHECKOUT_MODE is "${vars.CHECKOUT_MODE}": "live" takes real purchases, "test" those of test modes`,
    )
  }
  return found
}

/** What is allowed and seldom meant. */
export function deployWarnings({ vars = {} }) {
  if (vars.CHECKOUT_MODE === 'live') return []
  return [
    'CHECKOUT_MODE is "test": real purchases would be quarantined. In production say CHECKOUT_MODE = "live".',
  ]
}
