import type { SpentRefund } from '../../usage/forgiveness.ts'

/** What the deployment decided where providers leave a choice. */
export interface Policy {
  /** How long access goes on after what was paid for, while another payment is expected. */
  readonly graceMs: number
  /** What a refund of a part, of nobody says what, takes away. */
  readonly partialRefund: 'keep' | 'revoke'
  /** What becomes of what was spent of an amount that a refund takes back. */
  readonly spentRefund: SpentRefund
  /** Whether a period that is told active, and not yet paid, gives its amount. */
  readonly amounts: 'on_active' | 'on_payment'
}
