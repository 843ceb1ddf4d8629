import { vi } from 'vitest'
import { HttpProblem } from '../../../src/http/answers/http-problem.ts'
import { JwtAuthenticator } from '../../../src/http/authentication/jwt-authenticator.ts'
import { jwksOf, NOW, type SigningKey } from '../../support/tokens.ts'
import { issuersIn } from './an-issuer-table.ts'
import type { Vendor } from './vendors.ts'

/** What an isolate with such issuers knows callers by. Their keys are in the tables: whatever is looked up fails the test. */
export async function aDoor(...tables: readonly object[]): Promise<JwtAuthenticator> {
  const nothing = () => Promise.reject(new Error('Nothing may be looked up'))
  const kv = new Proxy({} as KVNamespace, { get: nothing })
  return new JwtAuthenticator(await issuersIn(tables), { kv, fetch: nothing, waitUntil: () => {} })
}

/** The table of a vendor, whose keys are made here. */
export function tableOf(preset: string, { table, key }: Vendor, changes: object = {}): object {
  return { preset, ...table, jwks: published(key), ...changes }
}

/** As Entra publishes keys: the algorithm is not told. */
function published(...keys: readonly SigningKey[]): object {
  const { keys: jwks } = jwksOf(...keys)
  return { keys: jwks.map((jwk) => ({ ...jwk, alg: undefined })) }
}

/** Who comes in with a token; or why nobody does, as the log is told. */
export async function comesIn(door: JwtAuthenticator, token: string) {
  const info = vi.spyOn(console, 'info').mockImplementation(() => {})
  try {
    const caller = await door.authenticate(`Bearer ${token}`, NOW)
    return { ...caller, scopes: [...caller.scopes] }
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== 'unauthenticated') throw error
    const [[line] = []] = info.mock.calls
    return line === undefined ? 'no token' : (JSON.parse(String(line)) as { reason: string }).reason
  } finally {
    info.mockRestore()
  }
}
