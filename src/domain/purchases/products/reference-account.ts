import type { ProviderAccount } from '../register/source-key.ts'

/**
 * Under which account the catalog knows what an account sells. At Stripe each account chooses ids and metadata of its own,
 * and those of a connected one (https://docs.stripe.com/connect/webhooks) are its own alone; elsewhere ids are the same in
 * all shops, whose name need not even be signed.
 */
export function referenceAccount({ provider, account }: ProviderAccount): string {
  return provider === 'stripe' ? account : ''
}
