import type { Instant } from '../values/instant.ts'
import type { Take } from './take.ts'

/** What a command changes of what was spent and held. */
export type UsageChange =
  | { readonly type: 'usage_consumed'; readonly data: Consumed }
  | { readonly type: 'consumption_reversed'; readonly data: Reversed }
  | { readonly type: 'usage_reserved'; readonly data: Reserved }
  | { readonly type: 'reservation_committed'; readonly data: Committed }
  | { readonly type: 'reservation_released'; readonly data: Released }

export interface Consumed {
  readonly feature: string
  readonly amount: number
  /** From which lots, in this order. */
  readonly takes: readonly Take[]
  /** How much of it was not there. */
  readonly overage: number
}

export interface Reversed {
  readonly consumption: number
  readonly feature: string
  readonly amount: number
  /** To the lots that it was taken from. */
  readonly returns: readonly Take[]
}

export interface Reserved extends Consumed {
  readonly endsAt: Instant
}

/** A reservation spent; what it held beyond that is free. It can be reversed like a consumption. */
export interface Committed extends Consumed {
  readonly reservation: number
}

export interface Released {
  readonly reservation: number
  readonly feature: string
  readonly amount: number
}
