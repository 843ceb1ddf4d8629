import type { Naming } from '../../src/checkout/admission/weigh-names.ts'

/** What the checkout room is told where a deployment configures nothing of whom it trusts. */
export const CHECKOUT_DEFAULTS = {
  sandboxUsers: new Set<string>(),
  accounts: new Map<string, ReadonlySet<string>>(),
  namings: new Map<string, Naming>(),
  namingKeys: [] as readonly string[],
} as const
