import type { SpentRefund } from '../../usage/forgiveness.ts'

/** What a deployment decides where providers leave a choice. */
export interface Policy {
  /** How long access goes on after the end of what was paid, in milliseconds, while another payment is expected. */
  readonly graceMs: number
  /** Whether a partial refund of which nobody says what it refunds takes all that its payment covers. */
  readonly partialRefund: 'keep' | 'revoke'
  /** What happens to what was already spent of an amount that a refund takes. */
  readonly spentRefund: SpentRefund
  /** Whether a period gives its amount once its provider says that it is active, or only once its payment is known. */
  readonly amounts: 'on_active' | 'on_payment'
}
