// What `entitlement-ledger/hono` exports: the one file that gives names to those outside.
export { accessRoute } from './access-route.ts'
export { type AccessEnv, type AccessProof, requireAccess } from './require-access.ts'
export type { WhoAsks } from './who-asks.ts'
