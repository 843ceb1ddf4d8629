import type { Provider } from '../provider/provider.ts'
import { lemonsqueezy } from './lemonsqueezy/lemonsqueezy.ts'
import { paddle } from './paddle/paddle.ts'
import { polar } from './polar/polar.ts'
import { revenuecat } from './revenuecat/revenuecat.ts'
import { shopify } from './shopify/shopify.ts'
import { standardWebhooks } from './standard-webhooks/standard-webhooks.ts'
import { stripe } from './stripe/stripe.ts'
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../signatures/signature-schemes.ts'

/** A provider as it can be sent to: at `/webhooks/{name}`. */
export interface KnownProvider {
  readonly provider: Provider
  readonly scheme: SignatureScheme
}

const PROVIDERS: Readonly<Record<keyof typeof SIGNATURE_SCHEMES, Provider>> = {
  stripe,
  paddle,
  polar,
  shopify,
  lemonsqueezy,
  revenuecat,
  'standard-webhooks': standardWebhooks,
}

const KNOWN: ReadonlyMap<string, KnownProvider> = new Map(
  Object.entries(SIGNATURE_SCHEMES).map(([name, scheme]) => [
    name,
    { provider: PROVIDERS[name as keyof typeof SIGNATURE_SCHEMES], scheme },
  ]),
)

export function providerNamed(name: string): KnownProvider | null {
  return KNOWN.get(name) ?? null
}
