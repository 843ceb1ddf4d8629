/** The checkout providers whose events are taken, as `/webhooks/{provider}` names them. */
export const PROVIDERS = [
  'stripe',
  'paddle',
  'polar',
  'shopify',
  'lemonsqueezy',
  'revenuecat',
  'standard-webhooks',
] as const

export type ProviderName = (typeof PROVIDERS)[number]
