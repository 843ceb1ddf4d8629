import { ConfigError, configOf, issuersOf } from '../../src/config.ts'

const NO_ID = /^0[0-]*$/

/** RFC 2606: nobody's. */
const EXAMPLE = /\bexample\.(com|net|org)\b/

/** What of a configuration, as wrangler reads it, would make a deployment that does not serve. Each a sentence that says what to do. */
export async function deployObstacles({
  vars = {},
  d1_databases = [],
  kv_namespaces = [],
  targetEnvironment,
}) {
  const section = targetEnvironment ? `[env.${targetEnvironment}.vars]` : '[vars]'
  const found = []
  for (const { binding, database_id, id = database_id } of [...d1_databases, ...kv_namespaces]) {
    if (NO_ID.test(id ?? '')) {
      found.push(`The id of ${binding} in wrangler.toml is a placeholder: take the line out, or write yours.`)
    }
  }
  const examples = Object.keys(vars).filter(
    (name) => name.startsWith('JWT_') && EXAMPLE.test(JSON.stringify(vars[name])),
  )
  if (examples.length > 0) {
    found.push(`${section} of wrangler.toml has the example's ${examples.join(', ')}: write your issuer's.`)
  }
  const unfit = await unfitVariables(vars)
  if (unfit.length > 0) {
    found.push(`${section} of wrangler.toml: ${unfit.join('; ')}. See docs/operating/settings.md.`)
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

/** In the Worker's own words, as if its secrets were all set: which are is not known here. */
async function unfitVariables(vars) {
  try {
    await issuersOf(configOf({ ...vars, CHECKOUT_NAMING_KEY: 'x'.repeat(32) }))
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.message.split('; ')
    // Of what contradicts what, the Worker speaks only once nothing is missing: nobody should be sent here twice.
    const hasKeys = vars.JWT_JWKS_URL || vars.JWT_JWKS || !problems.includes('JWT_ISSUER is missing')
    return hasKeys ? problems : [...problems, 'JWT_JWKS_URL or JWT_JWKS is missing']
  }
}
