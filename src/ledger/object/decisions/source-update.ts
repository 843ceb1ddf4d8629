import type { Beside } from '../../../domain/purchases/products/beside.ts'
import { gives } from '../../../domain/purchases/products/gives.ts'
import type { SourceFact } from '../../../domain/purchases/register/fact.ts'
import { type RegisterFact, registerFact } from '../../../domain/purchases/register/register-fact.ts'
import { EMPTY_REGISTER, type Register } from '../../../domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../domain/purchases/register/rules.ts'
import { type SourceKey, isSameSource, sourceKeyText } from '../../../domain/purchases/register/source-key.ts'
import type { TakingBack } from '../../../domain/usage/forgiveness.ts'
import { besideBySource } from '../../../domain/user/settling/beside-by-source.ts'
import type { Change } from '../../../domain/user/entry.ts'
import type { MovedSource } from '../../../domain/user/hand-over.ts'
import {
  type IdentifiedRight,
  releasingChanges,
  settlingChanges,
} from '../../../domain/user/settling/settling-changes.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { FeatureKey } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { givenId } from './given-id.ts'

/** What is known of a source once facts are absorbed, and those facts. */
interface SourceUpdate {
  readonly source: SourceKey
  readonly register: Register
  readonly facts: readonly RegisterFact[]
}

/** What decides what a source gives, besides what is known of it. */
type SettlingTerms = Pick<DecisionBasis, 'productsOf' | 'policy'>

/** Absorbs facts of a source, after what its users before have left of it. */
export function sourceUpdate(
  state: Pick<UserState, 'sources'>,
  source: SourceKey,
  facts: readonly SourceFact[],
  moved: MovedSource | null,
): SourceUpdate {
  const known = state.sources.get(sourceKeyText(source))?.register ?? EMPTY_REGISTER
  const registerFacts: readonly RegisterFact[] = [
    ...(moved === null ? [] : [{ type: 'known', register: moved.register } as const]),
    ...facts.map(registerFact),
  ]
  return { source, register: absorbFacts(known, registerFacts, CURRENT_RULES), facts: registerFacts }
}

/**
 * What comes of an update of a source: its own changes, and those of the other sources of its user that depend on it. The
 * registers of the others stay as they are, and so the batch need not guard whose they are.
 */
export async function changesOfUpdate(
  state: UserState,
  update: SourceUpdate,
  terms: SettlingTerms,
  takingBack: TakingBack,
): Promise<readonly Change[]> {
  const { source } = update
  const all = [...othersThan(source, state), update]
  const beside = besideBySource(all, terms.productsOf, terms.policy)
  const own = await sourceChanges(state, update, beside.get(sourceKeyText(source)), terms, takingBack)
  return [...own, ...(await changesBeside(state, source, beside, terms, takingBack.now))]
}

/** What comes of it that a source is no longer this user's, and whether something of that is of the catalog. */
export async function changesOfRelease(
  state: UserState,
  source: SourceKey,
  terms: SettlingTerms,
  now: Instant,
): Promise<{ readonly changes: readonly Change[]; readonly isOfCatalog: boolean }> {
  const beside = besideBySource(othersThan(source, state), terms.productsOf, terms.policy)
  const ofOthers = await changesBeside(state, source, beside, terms, now)
  return { changes: [...releasingChanges(state, source, now), ...ofOthers], isOfCatalog: beside.size > 0 }
}

type Known = Pick<SourceUpdate, 'source' | 'register'>

function othersThan(source: SourceKey, { sources }: UserState): readonly Known[] {
  return [...sources.values()].filter((one) => !isSameSource(one.source, source))
}

/** What a source gives follows from all that is known of it and from the catalog; only the difference is recorded. */
async function sourceChanges(
  state: UserState,
  { source, register, facts }: SourceUpdate,
  beside: Beside | undefined,
  { productsOf, policy }: SettlingTerms,
  takingBack: TakingBack,
): Promise<readonly Change[]> {
  const { given, takenBack } = gives(register, productsOf(source), policy, beside)
  const idOf = (one: { readonly item: string; readonly feature: FeatureKey }) =>
    givenId(source, one.item, one.feature)
  const named = given.map(async (one): Promise<IdentifiedRight> => ({
    ...one,
    entitlementId: await idOf(one),
  }))
  const after = {
    facts,
    register,
    given: await Promise.all(named),
    takenBack: new Set(await Promise.all(takenBack.map(idOf))),
  }
  return settlingChanges(state, source, after, takingBack)
}

async function changesBeside(
  state: UserState,
  source: SourceKey,
  beside: ReadonlyMap<string, Beside>,
  terms: SettlingTerms,
  now: Instant,
): Promise<readonly Change[]> {
  // What another purchase changes is no refund, and never creates debt.
  const takingBack = { now, spent: 'floor_at_zero' } as const
  const changes = [...beside].map(async ([id, ofOther]) => {
    const other = state.sources.get(id)
    if (id === sourceKeyText(source) || other === undefined) return []
    return sourceChanges(state, { ...other, facts: [] }, ofOther, terms, takingBack)
  })
  return (await Promise.all(changes)).flat()
}
