import type { PartVerdict } from '../../ledger/store/proof/verify-part.ts'
import type { Verdict } from '../../ledger/store/proof/verify.ts'

/** Returns a verdict in the words of the contract: where the next part goes on is said as a `Ledger-Head` is. */
export function verdictToWire(verdict: Verdict | PartVerdict) {
  if (!('next' in verdict)) return verdict
  const { next } = verdict
  return { ...verdict, next: next === null ? null : `${next.version}:${next.hash}` }
}
