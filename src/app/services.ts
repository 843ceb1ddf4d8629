import type { Checkout } from '../checkout/checkout.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { Reader } from '../edge/reader.ts'
import type { UserLedgers } from '../ledger/ledger-client.ts'
import type { FindPassportSettings } from '../passports/passport-settings.ts'
import type { DatabaseSize } from '../platform/database-size.ts'
import type { ListSource } from './paging/listing.ts'
import type { UserHash } from './user-hash.ts'

/** What checks and changes work with, and what is logged of them. */
export interface CallServices {
  readonly reader: Reader
  readonly ledgers: UserLedgers
  readonly now: () => Instant
  /** Whether the check at hand is one of the sample that is logged. */
  readonly isSampled: () => boolean
  /** What stands for users in the log. */
  readonly hashUser: UserHash
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly passports: FindPassportSettings
  /** What lists go by; made when the first is asked for. */
  readonly listing: () => Promise<ListSource>
}

/** What all use cases work with. An isolate makes it once. */
export interface AppServices extends Omit<CallServices, 'listing'>, ListSource {
  /** As `db` tells it. */
  readonly size: DatabaseSize
  readonly kv: KVNamespace
  /** Of what lies in KV. */
  readonly epoch: number
  /** What follows from what was put: it goes on while the caller is already answered. */
  readonly checkout: Pick<Checkout, 'process' | 'followUp' | 'follow'>
}
