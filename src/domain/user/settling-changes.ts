import type { EntitlementId, FeatureKey } from '../values/ids.ts'
import { type Entitlement, type Source, type Terms, termsOf } from '../entitlements/entitlement.ts'
import type { Change } from './entry.ts'
import { isSameJson } from '../values/json.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import { type TakingBack, forgivenAfter } from '../usage/forgiveness.ts'
import { balanceOf } from '../usage/lot.ts'
import { lotIn } from './user-lots.ts'
import { type UserState } from './user-state.ts'
import type { SourceGift } from '../purchases/products/gives.ts'
import { EMPTY_REGISTER, type Register } from '../purchases/register/register.ts'
import { CURRENT_RULES } from '../purchases/register/rules.ts'
import type { RegisterFact } from '../purchases/register/register-fact.ts'
import { type SourceKey, sourceKeyText } from '../purchases/register/source-key.ts'

/** What a source gives, with the id that its entitlement has for ever. */
export interface IdentifiedRight extends SourceGift {
  readonly entitlementId: EntitlementId
}

/** What is known of a source once facts are told, and what follows from it. */
export interface SourceState {
  readonly facts: readonly RegisterFact[]
  readonly register: Register
  readonly given: readonly IdentifiedRight[]
  /** The ids of what a refund has taken whole. */
  readonly takenBack: ReadonlySet<EntitlementId>
}

/** What has to be recorded so that a source is known by this register and gives this, and nothing else. */
export function settlingChanges(
  state: UserState,
  source: SourceKey,
  { facts, register, given, takenBack }: SourceState,
  takingBack: TakingBack,
): readonly Change[] {
  const known = state.sources.get(sourceKeyText(source))
  if (known === undefined && isSameJson(register, EMPTY_REGISTER)) return []
  const isNews = known === undefined || !isSameJson(known.register, register)
  const before = [...state.entitlements.values()].filter((one) => isOf(one.source, source))
  const ids = new Set(given.map(({ entitlementId }) => entitlementId))
  const gone = before.filter(({ id, withdrawn }) => !withdrawn && !ids.has(id))
  const { now, spent } = takingBack
  const inUse = periodKeysInUse(state, before)
  return [
    ...(isNews ? [{ type: 'source_settled', data: { source, rules: CURRENT_RULES, facts } } as const] : []),
    ...given.flatMap((one) => giveChanges(state, source, withPeriodKey(one, inUse), takingBack)),
    ...gone.map((one) => {
      const isTaken = takenBack.has(one.id)
      // What somebody changed, and was not refunded, is never owed.
      return withdrawChange(state, one, { now, spent: isTaken ? spent : 'floor_at_zero' }, !isTaken)
    }),
  ]
}

/**
 * What has to be recorded so that nothing of a source is left: what is owed of it goes along with it as well, and so does
 * a suspension, or it would be there again when the source comes back. What was revoked is revoked for good.
 */
export function releasingChanges(state: UserState, source: SourceKey, now: Instant): readonly Change[] {
  if (!state.sources.has(sourceKeyText(source))) return []
  const own = [...state.entitlements.values()].filter((one) => isOf(one.source, source))
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

/**
 * A paid period goes on by the name that something of its source was already used by: what is told later may give it
 * another, and what was used stays used.
 */
function withPeriodKey(given: IdentifiedRight, inUse: readonly (Instant | null)[]): IdentifiedRight {
  const { terms, periodKeys } = given
  const { allowance } = terms
  if (!isMetered(allowance) || allowance.reset !== null) return given
  const [period = null] = [...inUse.filter((name) => periodKeys.includes(name)), ...periodKeys]
  return { ...given, terms: { ...terms, allowance: { ...allowance, period } } }
}

/** The names by which something is held or was used, what is held and what is given now before what was. */
function periodKeysInUse(state: UserState, entitlements: readonly Entitlement[]): readonly (Instant | null)[] {
  const metered = entitlements.filter(({ allowance }) => isMetered(allowance) && allowance.reset === null)
  const ids = new Set(metered.map(({ id }) => id))
  const held = [...state.reservations.values()].flatMap(({ takes }) =>
    takes.flatMap(({ entitlementId, period }) => (ids.has(entitlementId) ? [period] : [])),
  )
  const given = metered
    .toSorted((a, b) => Number(a.withdrawn) - Number(b.withdrawn))
    .flatMap(({ allowance }) => (isMetered(allowance) ? [allowance.period] : []))
  const others = metered.flatMap(({ id }) => (state.usage.get(id)?.others ?? []).map(({ name }) => name))
  return [...held, ...given, ...others]
}

function giveChanges(
  state: UserState,
  key: SourceKey,
  given: IdentifiedRight,
  { now, spent }: TakingBack,
): readonly Change[] {
  const { entitlementId, feature, product, terms, held, isReduced } = given
  const before = state.entitlements.get(entitlementId)
  const source: Source = { ...key, product }
  if (before !== undefined && !before.withdrawn && isSame(before, { feature, source, terms, held })) return []
  // What somebody changed, and was not refunded, is never owed.
  const takingBack = { now, spent: isReduced ? spent : 'floor_at_zero' } as const
  const forgiven = before === undefined ? 0 : forgivenAfter(lotIn(state, before), terms.allowance, takingBack)
  const data = { entitlementId, feature, source, terms, held, rules: CURRENT_RULES, forgiven, spent: null }
  return [{ type: 'entitlement_given', data }]
}

function isSame(
  entitlement: Entitlement,
  given: { feature: FeatureKey; source: Source; terms: Terms; held: boolean },
): boolean {
  const { feature, source, held } = entitlement
  return isSameJson({ feature, source, terms: termsOf(entitlement), held }, given)
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

function isOf(source: Source, { provider, account, ref }: SourceKey): boolean {
  return source.provider === provider && source.account === account && source.ref === ref
}
