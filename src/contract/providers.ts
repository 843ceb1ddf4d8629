import * as z from 'zod'

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

/** A provider of whom something can be said. What was said of others before stays readable. */
export const knownProvider = z
  .enum(PROVIDERS, { error: `is none of ${PROVIDERS.join(', ')}` })
  .meta({ id: 'KnownProvider' })
