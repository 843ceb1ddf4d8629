import type { Scope } from './scopes.ts'

/**
 * Anyone; whoever has the scope; or besides those a token without scopes whose `sub` is the `userId` of the path, or one
 * that is answered only what is of its `sub`.
 */
export type Who =
  | { readonly type: 'anyone' }
  | { readonly type: 'scope'; readonly scope: Scope }
  | { readonly type: 'scope_or_self'; readonly scope: Scope }
  | { readonly type: 'scope_or_theirs'; readonly scope: Scope }

/** Who may carry out an operation, by what it does. */
export const WHO = {
  anyone: { type: 'anyone' },
  checks: { type: 'scope_or_self', scope: 'access:check' },
  checksMany: { type: 'scope', scope: 'access:check' },
  reads: { type: 'scope_or_self', scope: 'entitlements:read' },
  readsMany: { type: 'scope', scope: 'entitlements:read' },
  readsTheirs: { type: 'scope_or_theirs', scope: 'entitlements:read' },
  writes: { type: 'scope', scope: 'entitlements:write' },
  writesUsage: { type: 'scope', scope: 'usage:write' },
  readsLedger: { type: 'scope_or_self', scope: 'ledger:read' },
  readsCatalog: { type: 'scope', scope: 'catalog:read' },
  writesCatalog: { type: 'scope', scope: 'catalog:write' },
  managesInbox: { type: 'scope', scope: 'inbox:manage' },
} as const satisfies Record<string, Who>
