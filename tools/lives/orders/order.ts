import type { Sold } from '../catalog.ts'
import type { Moment } from '../life.ts'

/** One line of an order that is bought once. */
export interface Line {
  readonly sold: Sold
  readonly ordered: number
  /** How many were not given back. */
  readonly left: number
}

export interface OrderStanding {
  readonly orderedAt: Moment
  readonly lines: readonly Line[]
  readonly status: 'pending' | 'paid' | 'partially_refunded' | 'refunded'
  readonly cancelledAt: Moment | null
}

/** Something that happens to an order. */
export type OrderHappening = { readonly at: Moment; readonly after: OrderStanding } & (
  | { readonly type: 'ordered' | 'paid' | 'cancelled' | 'touched' | 'money_refunded' }
  | {
      readonly type: 'line_refunded'
      readonly refund: number
      readonly line: number
      readonly quantity: number
    }
  | { readonly type: 'disputed' | 'dispute_won' | 'dispute_lost'; readonly dispute: number }
)

export const ORDER_KINDS: readonly OrderHappening['type'][] = [
  'ordered',
  'paid',
  'cancelled',
  'touched',
  'money_refunded',
  'line_refunded',
  'disputed',
  'dispute_won',
  'dispute_lost',
]
