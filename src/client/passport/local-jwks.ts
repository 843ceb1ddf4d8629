import type { PassportJwks } from './passport-jwks.ts'
import { passportForm } from './passport-form.ts'
import { refuse } from './passport-refusal.ts'
import type { SignedClaims } from './signed-claims.ts'
import { TrustedKeys } from './trusted-keys.ts'

class LocalJwks implements PassportJwks {
  readonly #document: unknown
  #keys: Promise<TrustedKeys> | null = null

  constructor(document: unknown) {
    this.#document = document
  }

  async open(text: string, nowSeconds: number): Promise<SignedClaims> {
    this.#keys ??= TrustedKeys.in(this.#document)
    const keys = await this.#keys.catch(() => refuse('keys_unavailable'))
    return keys.known(text, nowSeconds) ?? keys.open(passportForm(text), nowSeconds)
  }
}

/**
 * The keys of a JWKS that is at hand, such as one that an app is built with. Nobody can take a key out of it again: where the
 * ledger can be reached, `remoteJwks` is the better one.
 */
export function localJwks(document: object): PassportJwks {
  return new LocalJwks(document)
}
