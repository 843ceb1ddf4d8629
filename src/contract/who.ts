import type { Scope } from './scopes.ts'

/**
 * What an operation is to a token whose issuer is confined to some users: it names its user in the path; it judges each
 * user that is named, or lists those alone; it tells and changes nothing of users; or it reaches further, and is refused.
 */
export type Confinement = 'by_path' | 'each' | 'filtered' | 'open' | 'refused'

interface Needs {
  readonly scope: Scope
  readonly confined: Confinement
}

/**
 * Anyone; whoever has the scope; or besides those a token without scopes that speaks for the `userId` of the path, or one
 * that is answered only what is of the users it speaks for.
 */
export type Who =
  | { readonly type: 'anyone' }
  | ({ readonly type: 'scope' } & Needs)
  | ({ readonly type: 'scope_or_self' } & Needs)
  | ({ readonly type: 'scope_or_theirs' } & Needs)

/** Who may carry out an operation, by what it does. */
export const WHO = {
  anyone: { type: 'anyone' },
  checks: { type: 'scope_or_self', scope: 'access:check', confined: 'by_path' },
  checksMany: { type: 'scope_or_theirs', scope: 'access:check', confined: 'each' },
  reads: { type: 'scope_or_self', scope: 'entitlements:read', confined: 'by_path' },
  readsPlans: { type: 'scope', scope: 'entitlements:read', confined: 'by_path' },
  /** It names people who are none of the user’s own token. */
  readsUsage: { type: 'scope', scope: 'entitlements:read', confined: 'by_path' },
  readsMany: { type: 'scope', scope: 'entitlements:read', confined: 'filtered' },
  readsTheirs: { type: 'scope_or_theirs', scope: 'entitlements:read', confined: 'refused' },
  writes: { type: 'scope', scope: 'entitlements:write', confined: 'by_path' },
  writesUsage: { type: 'scope', scope: 'usage:write', confined: 'by_path' },
  writesUsageOfMany: { type: 'scope', scope: 'usage:write', confined: 'each' },
  readsLedger: { type: 'scope_or_self', scope: 'ledger:read', confined: 'by_path' },
  readsCatalog: { type: 'scope', scope: 'catalog:read', confined: 'open' },
  /** It names who changed the catalog: people of another issuer. */
  readsCatalogChanges: { type: 'scope', scope: 'catalog:read', confined: 'refused' },
  writesCatalog: { type: 'scope', scope: 'catalog:write', confined: 'refused' },
  managesInbox: { type: 'scope', scope: 'inbox:manage', confined: 'refused' },
} as const satisfies Record<string, Who>
