import { shopify } from '../../../src/checkout/providers/shopify/shopify.ts'
import { ALedger } from '../a-ledger.ts'
import { type Burst, burstsOf } from '../bursts.ts'
import { SOLD, productOf } from '../catalog.ts'
import { withPlan } from '../plans/with-plan.ts'
import { shopifyVariant, shopify as tellShopify } from '../tellers/shopify.ts'
import { type Violation, type Ways, inWays } from '../ways.ts'
import type { OrderHappening } from './order.ts'
import { OrderOracle } from './order-oracle.ts'
import { type OrderScript, orderLife } from './order-script.ts'

/** An order, and in which order it arrives. */
export interface OrderCase {
  readonly script: OrderScript
  readonly seed: number
}

/** Tells an order in several ways, and says the first promise that was broken. */
export async function liveThroughOrder(
  { script, seed }: OrderCase,
  ways: Ways,
): Promise<{
  readonly bursts: readonly Burst<OrderHappening>[]
  readonly violation: Violation | null
}> {
  const bursts = burstsOf(orderLife(script), tellShopify())
  const policy = {
    graceMs: 0,
    partialRefund: 'keep',
    spentRefund: 'floor_at_zero',
    amounts: 'on_active',
  } as const
  const products = SOLD.map((sold) => [shopifyVariant(sold), productOf(sold)] as const)
  const violation = await inWays(
    withPlan({
      bursts,
      seed,
      isOnePool: false,
      listening: () => new ALedger({ name: 'shopify', provider: shopify, products, policy }),
      knowing: () => new OrderOracle(),
    }),
    ways,
  )
  return { bursts, violation }
}
