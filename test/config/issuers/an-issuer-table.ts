import { ConfigError, configOf, issuersOf } from '../../../src/config.ts'
import { OTHER_VARIABLES } from '../other-variables.ts'

/** A table that is taken as it is. */
export function anIssuerTable(changes: object = {}): object {
  const table = {
    issuer: 'https://issuer.test/',
    audience: 'entitlement-ledger',
    algorithms: ['ES256'],
    jwksUrl: 'https://issuer.test/jwks.json',
    ...changes,
  }
  return JSON.parse(JSON.stringify(table)) as object
}

/** The issuers of a variable, as an isolate reads it. */
export async function issuersIn(listed: unknown, besides: object = {}) {
  return issuersOf(configOf({ ...OTHER_VARIABLES, JWT_ISSUERS: listed, ...besides }))
}

/** All that is wrong with it, each problem apart. */
export async function complaints(listed: unknown, besides: object = {}): Promise<readonly string[]> {
  try {
    await issuersIn(listed, besides)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('; ')
    throw error
  }
  return []
}
