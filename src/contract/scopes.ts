/** What a token may be allowed; the claim `scope` lists them, separated by spaces. */
export const SCOPES = [
  'access:check',
  'entitlements:read',
  'entitlements:write',
  'usage:write',
  'ledger:read',
  'catalog:read',
  'catalog:write',
  'inbox:manage',
] as const

export type Scope = (typeof SCOPES)[number]
