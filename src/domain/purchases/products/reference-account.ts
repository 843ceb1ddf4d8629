import type { ProviderAccount } from '../register/source-key.ts'

/**
 * Returns the account under which the catalog maps the references of an account. A connected account of Stripe chooses ids
 * and metadata itself, so its references count for it alone (https://docs.stripe.com/connect/webhooks). References of other
 * providers mean the same in every account and stand under the empty one.
 */
export function referenceAccount({ provider, account }: ProviderAccount): string {
  return provider === 'stripe' ? account : ''
}
