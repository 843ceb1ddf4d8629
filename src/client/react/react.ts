'use client'

// What `entitlement-ledger/react` exports: the one file that gives names to those outside.
export { Can, type CanProps } from './can.ts'
export { Entitlements, type EntitlementsProps } from './entitlements.ts'
export { routeSource } from './route-source.ts'
export { useAccess, useRefresh } from './use-access.ts'
export { useUntil } from './use-until.ts'
export type { Until, UntilOptions } from './until-allowed.ts'
export type { ShownAccess } from './shown-access.ts'
export type { AccessQuestion, AccessSource } from './access-source.ts'
