import type { Naming } from '../../../src/checkout/naming.ts'

/** Whom a shop trusts that configures nothing of it. */
export const TRUSTED = {
  sandboxUsers: new Set<string>(),
  accounts: new Map<string, ReadonlySet<string>>(),
  namings: new Map<string, Naming>(),
  namingKeys: [] as readonly string[],
} as const
