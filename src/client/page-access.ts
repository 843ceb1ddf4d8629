import type { AccessListAnswer } from './wire.ts'

/** A list of access, and when it was answered. */
export type UserAccess = AccessListAnswer & {
  /** By the clock of the ledger, in milliseconds since 1970; over HTTP to the second before. `NaN` where nothing says so. */
  readonly answeredAtMs: number
}

type FeatureAccess = AccessListAnswer['features'][number]

/** What a page is told of a user’s access: all of the list, but for the ids of entitlements. */
export type PageAccess = Omit<UserAccess, 'features'> & {
  readonly features: readonly Omit<FeatureAccess, 'entitlements'>[]
}

/** What a page may be told of a list, as it is rendered or when it asks. */
export function pageAccess(list: UserAccess): PageAccess {
  return { ...list, features: list.features.map(({ entitlements: _ids, ...access }) => access) }
}
