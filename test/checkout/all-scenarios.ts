import { lemonsqueezy } from '../../src/checkout/providers/lemonsqueezy/lemonsqueezy.ts'
import { paddle } from '../../src/checkout/providers/paddle/paddle.ts'
import { polar } from '../../src/checkout/providers/polar/polar.ts'
import { revenuecat } from '../../src/checkout/providers/revenuecat/revenuecat.ts'
import { shopify } from '../../src/checkout/providers/shopify/shopify.ts'
import { standardWebhooks } from '../../src/checkout/providers/standard-webhooks/standard-webhooks.ts'
import { stripe } from '../../src/checkout/providers/stripe/stripe.ts'
import { lemonsqueezyScenarios } from './scenarios/lemonsqueezy.ts'
import { paddleScenarios } from './scenarios/paddle.ts'
import { polarScenarios } from './scenarios/polar.ts'
import { revenuecatScenarios } from './scenarios/revenuecat.ts'
import { shopifyScenarios } from './scenarios/shopify.ts'
import { standardWebhooksScenarios } from './scenarios/standard-webhooks.ts'
import { stripeScenarios } from './scenarios/stripe.ts'

/** Every provider and its stories. */
export const allScenarios = [
  [stripe, stripeScenarios],
  [paddle, paddleScenarios],
  [polar, polarScenarios],
  [shopify, shopifyScenarios],
  [lemonsqueezy, lemonsqueezyScenarios],
  [revenuecat, revenuecatScenarios],
  [standardWebhooks, standardWebhooksScenarios],
] as const
