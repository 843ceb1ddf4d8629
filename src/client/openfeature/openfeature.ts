// What `entitlement-ledger/openfeature` exports: the one file that gives names to those outside.
export { EntitlementsProvider } from './entitlements-provider.ts'
