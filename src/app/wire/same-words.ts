import type * as z from 'zod'
import type { CatalogFeature } from '../../catalog/features.ts'
import type { HOLDER_OPERATIONS } from '../../contract/operations/holders.ts'
import type { USAGE_OPERATIONS } from '../../contract/operations/usage.ts'
import type { feature, putFeatureBody } from '../../contract/schemas/features.ts'
import type { access } from '../../contract/schemas/checks.ts'
import type { entitlement } from '../../contract/schemas/entitlements.ts'
import type { reset } from '../../contract/schemas/metered.ts'
import type { Combine, FeatureType, Overage } from '../../domain/entitlements/feature.ts'
import type { Reset } from '../../domain/entitlements/reset.ts'
import type { EntitlementState, Reason } from '../../domain/entitlements/state.ts'
import type { UsageCommand } from '../../domain/usage/usage-command.ts'

// The contract may import nothing of the domain, and so lists the words of the domain once more, as does the schema.
// These types do not compile while a word is in one of the lists only.

type Same<A, B> = [A, B] extends [B, A] ? true : false

type Expect<Condition extends true> = Condition

type SnakeCase<Name extends string> = Name extends `${infer Before}${infer Rest}`
  ? `${Before extends Lowercase<Before> ? Before : `_${Lowercase<Before>}`}${SnakeCase<Rest>}`
  : ''

type UsageOperation = keyof typeof USAGE_OPERATIONS | keyof typeof HOLDER_OPERATIONS

/** Operations that are no commands: those that read, and one that is the same command to one user after another. */
type Others = 'listBalances' | 'listHolders' | 'listReservations' | 'getReservation' | 'consumeAny'

export type SameWords = [
  Expect<Same<z.output<typeof feature>['type'], FeatureType>>,
  Expect<Same<z.output<typeof putFeatureBody>['type'], FeatureType>>,
  Expect<Same<CatalogFeature['type'], FeatureType>>,
  Expect<Same<CatalogFeature['overage'], Overage>>,
  Expect<Same<CatalogFeature['combine'], Combine>>,
  Expect<Same<NonNullable<z.output<typeof putFeatureBody>['combine']>, Combine>>,
  Expect<Same<z.output<typeof entitlement>['state'], EntitlementState>>,
  Expect<Same<z.output<typeof access.reason>, Reason>>,
  Expect<Same<z.output<typeof reset>['every'], Reset['every']>>,
  Expect<Same<SnakeCase<Exclude<UsageOperation, Others>>, UsageCommand['type']>>,
]
