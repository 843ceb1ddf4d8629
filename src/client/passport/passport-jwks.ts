import type { SignedClaims } from './signed-claims.ts'

/** The keys by which passports of one ledger are verified. */
export interface PassportJwks {
  /** What a passport says whose signature is right. Throws why it is not; of its claims nothing is looked at. */
  open(text: string, nowSeconds: number): Promise<SignedClaims>
}
