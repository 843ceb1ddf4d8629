/** As much of a key of a JWKS (RFC 7517, 4) as says what it is for. */
export interface KeyPurpose {
  readonly kty: string
  readonly crv?: string
  readonly alg?: string
  readonly use?: string
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['EdDSA', 'Ed25519'],
  ['Ed25519', 'Ed25519'],
])

/** The one of the configured algorithms by which a key verifies tokens. Throws, saying why, where there is none. */
export function keyAlgorithm({ kty, crv, alg, use }: KeyPurpose, algorithms: readonly string[]): string {
  if (use !== undefined && use !== 'sig') throw new Error('Not for signatures')
  const fitting = algorithms.filter((name) =>
    kty === 'RSA' ? /^[RP]S/.test(name) : CURVES.get(name) === crv,
  )
  const [only, another] = alg === undefined ? fitting : fitting.filter((name) => name === alg)
  if (only === undefined) throw new Error('None of the configured algorithms')
  if (another !== undefined) throw new Error('Has no "alg", and several configured algorithms fit')
  return only
}
