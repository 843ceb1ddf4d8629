import type { FeatureKey, Seq } from '../values/ids.ts'
import type { JsonObject } from '../values/json.ts'

/**
 * A command on a user's metered features. Amounts are whole numbers above zero. A new command does not compile until all
 * that must know it does, but for the CHECK of `resolutions.how` in `migrations/0007_metered.sql`, its route and its RPC.
 */
export type UsageCommand =
  | Consume
  | ReverseConsumption
  | ReleaseHolder
  | Reserve
  | RenewReservation
  | CommitReservation
  | ReleaseReservation

/** What is taken, and by whom; an object of the version before knows nothing of holders. */
export interface Taking {
  readonly feature: FeatureKey
  readonly amount: number
  /** Who holds it, or uses it. */
  readonly holder?: string | undefined
}

interface Consume extends Taking {
  readonly type: 'consume'
  readonly metadata?: JsonObject | undefined
}

export interface ReverseConsumption {
  readonly type: 'reverse_consumption'
  /** The `seq` of the entry that recorded it. */
  readonly consumption: Seq
  /** `null` for all of it that was not reversed yet. */
  readonly amount: number | null
}

/** All that somebody holds of a held feature, or has a lease of. */
export interface ReleaseHolder {
  readonly type: 'release_holder'
  readonly feature: FeatureKey
  readonly holder: string
}

interface Reserve extends Taking {
  readonly type: 'reserve'
  readonly ttlMs: number
}

/** Of a reservation with a holder: it ends no sooner than so much later. */
export interface RenewReservation {
  readonly type: 'renew_reservation'
  /** The `seq` of the entry that recorded it. */
  readonly reservation: Seq
  readonly ttlMs: number
}

export interface CommitReservation {
  readonly type: 'commit_reservation'
  /** The `seq` of the entry that recorded it. */
  readonly reservation: Seq
  /** At most what was reserved; `null` for all of it. */
  readonly amount: number | null
}

interface ReleaseReservation {
  readonly type: 'release_reservation'
  /** The `seq` of the entry that recorded it. */
  readonly reservation: Seq
}
