import type { EntitlementId } from '../../../domain/values/ids.ts'

/** What a group of commands has to have looked up before a "no" may rest on its absence. */
export interface LookUpRequest {
  readonly receiptKeys: readonly string[]
  /** The account is the one under which the catalog knows the reference. */
  readonly references: readonly (readonly [provider: string, account: string, reference: string])[]
  /** Entries that recorded a consumption or a reservation. */
  readonly seqs: readonly number[]
  /** Entitlements that are created or changed by hand: lots that are spent may be among them. */
  readonly entitlements: readonly EntitlementId[]
  /** Whether what was bought is settled or released, and so lots of it that are spent. */
  readonly bought: boolean
  /** Whether a lease is renewed: another instance may have done so, of which no entry tells. */
  readonly ends: boolean
}

export const NO_LOOK_UP: LookUpRequest = {
  receiptKeys: [],
  references: [],
  seqs: [],
  entitlements: [],
  bought: false,
  ends: false,
}
