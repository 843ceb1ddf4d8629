import { compactVerify } from 'jose'
import type { PassportForm } from './passport-form.ts'
import { refuse } from './passport-refusal.ts'
import { type SignedClaims, isObject } from './signed-claims.ts'

interface PublicKey {
  readonly kid: string
  readonly x: string
  readonly y: string
}

/** How many passports are remembered. */
const PASSPORTS_MAX = 1000

/** So much later than it says a passport may still be taken, by who allows for clocks that differ. */
const SKEW_SECONDS = 60

/** The keys of one ledger, as they were published together, and what they were found to have signed. */
export class TrustedKeys {
  /** All there is to say of them: of sets that say the same, one is as good as the other. */
  readonly description: string
  readonly #keys: ReadonlyMap<string, CryptoKey>
  /** By the exact text of the passport. A set that has lost a key is another one, and remembers nothing that it signed. */
  readonly #found = new Map<string, SignedClaims>()

  private constructor(description: string, keys: ReadonlyMap<string, CryptoKey>) {
    this.description = description
    this.#keys = keys
  }

  /** Those keys of a JWKS that may verify passports; what is no such key is left out. Throws where it is no JWKS. */
  static async in(document: unknown): Promise<TrustedKeys> {
    const listed: unknown = isObject(document) ? document['keys'] : undefined
    if (!Array.isArray(listed)) throw new TypeError('That is no JWKS')
    const keys = listed.flatMap(publicKey)
    // Of two keys of one name none is meant.
    const named = keys.filter(({ kid }) => keys.filter((one) => one.kid === kid).length === 1)
    const imported = await Promise.all(named.map(imports))
    return new TrustedKeys(JSON.stringify(named), new Map(imported.flat()))
  }

  has(kid: string): boolean {
    return this.#keys.has(kid)
  }

  /** What a passport says that was found right before. */
  known(text: string, nowSeconds: number): SignedClaims | null {
    const claims = this.#found.get(text)
    if (claims === undefined) return null
    if (nowSeconds < claims.exp + SKEW_SECONDS) return claims
    this.#found.delete(text)
    return null
  }

  /** What a passport says. Refuses one that none of these has signed. */
  async open({ text, kid, claims }: PassportForm, nowSeconds: number): Promise<SignedClaims> {
    const known = this.known(text, nowSeconds)
    if (known !== null) return known
    const key = this.#keys.get(kid) ?? refuse('unknown_key')
    await compactVerify(text, key, { algorithms: ['ES256'] }).catch(() => refuse('bad_signature'))
    this.#remember(text, claims)
    return claims
  }

  #remember(text: string, claims: SignedClaims): void {
    const [oldest] = this.#found.keys()
    if (oldest !== undefined && this.#found.size >= PASSPORTS_MAX) this.#found.delete(oldest)
    this.#found.set(text, claims)
  }
}

/** The key that a member of a JWKS is; none where it is for something else, or tells its private half. */
function publicKey(value: unknown): readonly PublicKey[] {
  if (!isObject(value)) return []
  const { kty, crv, kid, x, y, alg = 'ES256', use = 'sig', key_ops: may = ['verify'], d } = value
  const isMeant = kty === 'EC' && crv === 'P-256' && alg === 'ES256' && use === 'sig' && d === undefined
  const isNamed = typeof kid === 'string' && typeof x === 'string' && typeof y === 'string'
  return isMeant && isNamed && Array.isArray(may) && may.includes('verify') ? [{ kid, x, y }] : []
}

/** None where it is no point of the curve. */
async function imports({ kid, x, y }: PublicKey): Promise<readonly (readonly [string, CryptoKey])[]> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  try {
    const jwk = { kty: 'EC', crv: 'P-256', x, y }
    return [[kid, await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])]]
  } catch {
    return []
  }
}
