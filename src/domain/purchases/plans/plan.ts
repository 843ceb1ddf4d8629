import type { Entitlement } from '../../entitlements/entitlement.ts'
import type { EntitlementId, Seq } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'
import type { Register } from '../register/register.ts'
import type { SourceKey } from '../register/source-key.ts'

/** A product that a user was given by hand, as it is told to callers. */
export interface Plan {
  readonly sourceRef: string
  readonly product: string
  readonly quantity: number
  readonly startsAt: Instant | null
  /** Exclusive: as it was said, or earlier where its product lasts shorter; `null` where it does not end. */
  readonly endsAt: Instant | null
  /** Whether it was ended for good, and did not only run out. */
  readonly isEnded: boolean
  /** What it gives now, by the ids of the entitlements. */
  readonly entitlements: readonly EntitlementId[]
  /** The `seq` of the entry that said what it is. */
  readonly version: Seq
}

/** What is given by hand has it in the place of a checkout provider. */
const PROVIDER = 'api'

/** Returns the source that a plan is: of no provider, and of one user alone, so that two users may have the same `sourceRef`. */
export function planSource(sourceRef: string): SourceKey {
  return { provider: PROVIDER, account: '', ref: sourceRef }
}

/** Returns the reference by which plans name a product. It is told to nobody, and stands for the product for ever. */
export function planReference(productId: string) {
  return { provider: PROVIDER, account: '', ref: productId } as const
}

/** Returns a plan by what is recorded of it, and by the entitlements of its source. */
export function planOf(
  { source, register, version }: { source: SourceKey; register: Register; version: Seq },
  entitlements: readonly Entitlement[],
): Plan {
  const { subscription } = register
  const item = subscription?.items[0]
  if (subscription === null || item === undefined || item.product === null) {
    throw new Error(`Nobody gave the plan ${source.ref} before it was told of`)
  }
  const given = entitlements.filter(({ withdrawn }) => !withdrawn)
  // All that one product gives begins and ends alike: by the plan, the product's duration, and the pile that it is part of.
  const { startsAt, endsAt } = given[0] ?? subscription
  return {
    sourceRef: source.ref,
    product: item.product,
    quantity: item.quantity,
    startsAt,
    endsAt,
    isEnded: subscription.state === 'ended',
    entitlements: given.map(({ id }) => id).toSorted(),
    version,
  }
}
