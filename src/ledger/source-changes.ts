import type { Beside } from '../domain/checkout/beside.ts'
import type { ProductsOf } from '../domain/checkout/depending.ts'
import { gives } from '../domain/checkout/gives.ts'
import type { Policy } from '../domain/checkout/policy.ts'
import type { Register } from '../domain/checkout/register.ts'
import { type Circumstances, type Named, settled } from '../domain/checkout/settle.ts'
import type { ToldFact } from '../domain/checkout/told.ts'
import type { SourceKey } from '../domain/command.ts'
import type { Change } from '../domain/entry.ts'
import type { UserState } from '../domain/user-state.ts'
import { givenId } from './given-id.ts'

/** A source, as it is known once facts are told of it. */
export interface Telling {
  readonly source: SourceKey
  readonly register: Register
  readonly facts: readonly ToldFact[]
  readonly beside: Beside | undefined
}

/** By what a source gives what it gives. */
export interface Terms {
  readonly productsOf: ProductsOf
  readonly policy: Policy
}

/** What a source gives follows from all that is known of it and from the catalog; only the difference is recorded. */
export async function sourceChanges(
  state: UserState,
  { source, register, facts, beside }: Telling,
  { productsOf, policy }: Terms,
  circumstances: Circumstances,
): Promise<readonly Change[]> {
  const { given, takenBack } = gives(register, productsOf(source.provider), policy, beside)
  const idOf = (one: { readonly item: string; readonly feature: string }) =>
    givenId(source, one.item, one.feature)
  const named = given.map(async (one): Promise<Named> => ({ ...one, entitlementId: await idOf(one) }))
  const after = {
    facts,
    register,
    given: await Promise.all(named),
    takenBack: new Set(await Promise.all(takenBack.map(idOf))),
  }
  return settled(state, source, after, circumstances)
}
