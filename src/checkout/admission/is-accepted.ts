import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { Provider } from '../provider/provider.ts'

export interface AcceptDeps {
  /** By provider: the accounts or shops that are accepted by name. */
  readonly accounts: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * Whether what an account or shop tells is taken. One that is connected to the deployment's own at Stripe, and accepted by
 * nobody, could sell the whole catalog for a cent: it has to be listed, where the own one has no name
 * (https://docs.stripe.com/connect/webhooks). Shops elsewhere sign with the deployment's own secret: all of them are taken
 * until one is listed.
 */
export function isAccepted(
  { accounts }: AcceptDeps,
  { shopOf }: Provider,
  event: Pick<ClaimedEvent, 'provider' | 'account'>,
  body: unknown,
): boolean {
  const listed = accounts.get(event.provider)
  const shop = shopOf === undefined ? event.account : shopOf(body)
  if (event.provider === 'stripe') return shop === '' || listed?.has(shop ?? '') === true
  return listed === undefined || (shop !== null && listed.has(shop))
}
