import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { Provider } from '../provider/provider.ts'

export interface AcceptDeps {
  /** By provider: the accounts or shops that are accepted by name. */
  readonly accounts: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * Whether what an account or shop tells is taken: one that is listed is. Of the others, at a provider whose unlisted
 * accounts sign with the deployment's own secret, all are taken until one is listed; elsewhere only the deployment's own,
 * which has no name.
 */
export function isAccepted(
  { accounts }: AcceptDeps,
  { acceptsUnlistedAccounts, shopOf }: Provider,
  event: Pick<ClaimedEvent, 'provider' | 'account'>,
  body: unknown,
): boolean {
  const listed = accounts.get(event.provider)
  const shop = shopOf === undefined ? event.account : shopOf(body)
  if (shop !== null && listed?.has(shop) === true) return true
  return acceptsUnlistedAccounts ? listed === undefined : shop === ''
}
