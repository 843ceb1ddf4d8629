import { type Entitlement, type Source, type Terms, termsOf } from '../../entitlements/entitlement.ts'
import { isMetered } from '../../entitlements/feature.ts'
import type { SourceGift } from '../../purchases/products/gives.ts'
import { isGivenBy } from '../../purchases/products/is-given-by.ts'
import type { RegisterFact } from '../../purchases/register/register-fact.ts'
import { EMPTY_REGISTER, type Register } from '../../purchases/register/register.ts'
import { CURRENT_RULES } from '../../purchases/register/rules.ts'
import { type SourceKey, sourceKeyText } from '../../purchases/register/source-key.ts'
import { type TakingBack, forgivenAfter } from '../../usage/forgiveness.ts'
import { balanceOf } from '../../usage/lot.ts'
import type { EntitlementId, FeatureKey } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'
import { isSameJson } from '../../values/json.ts'
import type { Change } from '../entry.ts'
import { periodKeysInUse, withPeriodKey } from './period-keys.ts'
import { lotIn } from '../user-lots.ts'
import type { UserState } from '../user-state.ts'

/** What a source gives, with the id of its entitlement, which never changes. */
export interface IdentifiedRight extends SourceGift {
  readonly entitlementId: EntitlementId
}

/** A source once new facts are added to its register, and what it gives then. */
interface SourceState {
  readonly facts: readonly RegisterFact[]
  readonly register: Register
  readonly given: readonly IdentifiedRight[]
  /** The entitlements that a refund took whole. */
  readonly takenBack: ReadonlySet<EntitlementId>
}

/** Returns the changes after which a source has this register and gives exactly this; none where that is so already. */
export function settlingChanges(
  state: UserState,
  source: SourceKey,
  { facts, register, given, takenBack }: SourceState,
  takingBack: TakingBack,
): readonly Change[] {
  const record = state.sources.get(sourceKeyText(source))
  if (record === undefined && isSameJson(register, EMPTY_REGISTER)) return []
  const isNews = record === undefined || !isSameJson(record.register, register)
  const own = [...state.entitlements.values()].filter((one) => isGivenBy(one, source))
  const ids = new Set(given.map(({ entitlementId }) => entitlementId))
  const noLongerGiven = own.filter(({ id, withdrawn }) => !withdrawn && !ids.has(id))
  const { now, spent } = takingBack
  const inUse = periodKeysInUse(state, own)
  return [
    ...(isNews ? [{ type: 'source_settled', data: { source, rules: CURRENT_RULES, facts } } as const] : []),
    ...given.flatMap((one) => giveChanges(state, source, withPeriodKey(one, inUse), takingBack)),
    ...noLongerGiven.map((one) => {
      const isTaken = takenBack.has(one.id)
      // Only a refund may leave a debt; a change of plan or of the catalog never does.
      return withdrawChange(state, one, { now, spent: isTaken ? spent : 'floor_at_zero' }, !isTaken)
    }),
  ]
}

/**
 * Returns the changes after which nothing of a source is left with its user. Its debts are forgiven here, as they go to the
 * next user with it, and suspensions by hand end, or they would be there when the source comes back. A revoked right stays
 * revoked.
 */
export function releasingChanges(state: UserState, source: SourceKey, now: Instant): readonly Change[] {
  if (!state.sources.has(sourceKeyText(source))) return []
  const own = [...state.entitlements.values()].filter((one) => isGivenBy(one, source))
  const suspended = own.filter(({ suspendedAt }) => suspendedAt !== null)
  return [
    ...own.flatMap((one): readonly Change[] => {
      const lot = lotIn(state, one)
      const { used, reserved, remaining } = lot === null ? NOTHING : balanceOf(lot, now)
      if (one.withdrawn && !one.usageStays && remaining >= 0) return []
      const data = {
        entitlementId: one.id,
        rules: CURRENT_RULES,
        forgiven: used + reserved,
        usageStays: false,
      }
      return [{ type: 'entitlement_withdrawn', data }]
    }),
    ...suspended.map(({ id }) => ({ type: 'entitlement_resumed', data: { entitlementId: id } }) as const),
    { type: 'source_released', data: { source, rules: CURRENT_RULES } },
  ]
}

const NOTHING = { used: 0, reserved: 0, remaining: 0 }

function giveChanges(
  state: UserState,
  key: SourceKey,
  gift: IdentifiedRight,
  { now, spent }: TakingBack,
): readonly Change[] {
  const { entitlementId, feature, product, terms, held, isReduced } = gift
  const before = state.entitlements.get(entitlementId)
  const source: Source = { ...key, product }
  if (before !== undefined && !before.withdrawn && isSame(before, { feature, source, terms, held })) return []
  // Only a refund may leave a debt; a change of plan or of the catalog never does.
  const takingBack = { now, spent: isReduced ? spent : 'floor_at_zero' } as const
  const forgiven = before === undefined ? 0 : forgivenAfter(lotIn(state, before), terms.allowance, takingBack)
  const data = { entitlementId, feature, source, terms, held, rules: CURRENT_RULES, forgiven, spent: null }
  return [{ type: 'entitlement_given', data }]
}

function isSame(
  entitlement: Entitlement,
  gift: { feature: FeatureKey; source: Source; terms: Terms; held: boolean },
): boolean {
  const { feature, source, held } = entitlement
  return isSameJson({ feature, source, terms: termsOf(entitlement), held }, gift)
}

function withdrawChange(
  state: UserState,
  entitlement: Entitlement,
  takingBack: TakingBack,
  usageStays: boolean,
): Change {
  const forgiven = forgivenAfter(lotIn(state, entitlement), null, takingBack)
  const data = {
    entitlementId: entitlement.id,
    rules: CURRENT_RULES,
    forgiven,
    usageStays: usageStays && isMetered(entitlement.allowance),
  }
  return { type: 'entitlement_withdrawn', data }
}
