import type { ProviderName } from '../../contract/providers.ts'
import type { Provider } from '../provider/provider.ts'
import { lemonsqueezy } from './lemonsqueezy/lemonsqueezy.ts'
import { paddle } from './paddle/paddle.ts'
import { polar } from './polar/polar.ts'
import { revenuecat } from './revenuecat/revenuecat.ts'
import { shopify } from './shopify/shopify.ts'
import { standardWebhooks } from './standard-webhooks/standard-webhooks.ts'
import { stripe } from './stripe/stripe.ts'

/** The providers that can be sent to, each at `/webhooks/{name}`. */
export const PROVIDER_BY_NAME: Readonly<Record<ProviderName, Provider>> = {
  stripe,
  paddle,
  polar,
  shopify,
  lemonsqueezy,
  revenuecat,
  'standard-webhooks': standardWebhooks,
}

const providers: ReadonlyMap<string, Provider> = new Map(Object.entries(PROVIDER_BY_NAME))

export function providerNamed(name: string): Provider | null {
  return providers.get(name) ?? null
}
