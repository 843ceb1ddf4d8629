import type { Flavoured } from './flavour.ts'

/** The caller's own name for a user. */
export type UserId = Flavoured<string, 'UserId'>

/** `ent_` and 32 hex digits; the same for ever, also when a source withdraws the right and gives it again. */
export type EntitlementId = Flavoured<string, 'EntitlementId'>

export type FeatureKey = Flavoured<string, 'FeatureKey'>

/** A provider's id of a customer; only together with the provider and its account it says who that is. */
export type CustomerId = Flavoured<string, 'CustomerId'>

/** A provider's id that stands for a purchase, within its account: of its order, its checkout, its subscription. */
export type PurchaseId = Flavoured<string, 'PurchaseId' | 'SourceId'>

/** The one of a purchase's ids that names its source. */
export type SourceId = Flavoured<string, 'SourceId'>

/** The place of an entry in its user's ledger: 1, 2, 3… without a gap. As a version that of the last entry, 0 before the first. */
export type Seq = Flavoured<number, 'Seq'>
