import type { Delivery } from '../checkout/scenario.ts'
import type { Provider } from '../checkout/signatures/senders.ts'

/** Something that one provider tells. */
export interface Told {
  readonly provider: Provider
  readonly delivery: Delivery
}
