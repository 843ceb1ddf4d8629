import type { Provider } from '../../src/checkout/provider/provider.ts'
import { lemonsqueezy } from '../../src/checkout/providers/lemonsqueezy/lemonsqueezy.ts'
import { paddle } from '../../src/checkout/providers/paddle/paddle.ts'
import { polar } from '../../src/checkout/providers/polar/polar.ts'
import { revenuecat } from '../../src/checkout/providers/revenuecat/revenuecat.ts'
import { standardWebhooks } from '../../src/checkout/providers/standard-webhooks/standard-webhooks.ts'
import { stripe } from '../../src/checkout/providers/stripe/stripe.ts'
import type { TellerName } from './abilities.ts'
import type { Sold } from './catalog.ts'
import type { TellerOf } from './told.ts'
import { lemonSqueezy, lemonSqueezyVariants } from './tellers/lemonsqueezy.ts'
import { paddlePrice, paddle as tellPaddle } from './tellers/paddle.ts'
import { polarProduct, polar as tellPolar } from './tellers/polar.ts'
import { revenueCat, revenueCatProduct } from './tellers/revenuecat.ts'
import { ownProduct, standardWebhooks as tellOwn } from './tellers/standard-webhooks.ts'
import { stripePrice, stripe as tellStripe } from './tellers/stripe.ts'

/** Who tells a life, who reads what is told, and what things are called between them. */
export interface Telling {
  readonly tellerOf: TellerOf
  readonly provider: Provider
  readonly referencesOf: (sold: Sold) => readonly string[]
}

export const TELLINGS: Readonly<Record<TellerName, Telling>> = {
  stripe: { tellerOf: tellStripe, provider: stripe, referencesOf: one(stripePrice) },
  paddle: { tellerOf: tellPaddle, provider: paddle, referencesOf: one(paddlePrice) },
  polar: { tellerOf: tellPolar, provider: polar, referencesOf: one(polarProduct) },
  lemonsqueezy: { tellerOf: lemonSqueezy, provider: lemonsqueezy, referencesOf: lemonSqueezyVariants },
  revenuecat: { tellerOf: revenueCat, provider: revenuecat, referencesOf: one(revenueCatProduct) },
  'standard-webhooks': { tellerOf: tellOwn, provider: standardWebhooks, referencesOf: one(ownProduct) },
}

function one(referenceOf: (sold: Sold) => string): Telling['referencesOf'] {
  return (sold) => [referenceOf(sold)]
}
