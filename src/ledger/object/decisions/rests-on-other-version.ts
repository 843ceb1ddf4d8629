import type { Seq } from '../../../domain/values/ids.ts'

/**
 * Whether a command rests on another version of a thing than there is: one that is no more, or one that the ledger, whose
 * last is `newest`, has not reached, which nobody can have read.
 */
export function restsOnOtherVersion(ifVersion: Seq | null, version: Seq, newest: Seq): boolean {
  return ifVersion !== null && (version > ifVersion || ifVersion > newest)
}
