import type { Moved, MovedHold, SourceKey } from '../command.ts'
import { type Entitlement, type Source, type Terms, termsOf } from '../entitlement.ts'
import type { Change } from '../entry.ts'
import { isSameJson } from '../json.ts'
import type { Instant } from '../instant.ts'
import { type TakingBack, forgivenAfter } from '../usage/forgiven.ts'
import { totalOf } from '../usage/take.ts'
import { lotIn } from '../usage/user-lots.ts'
import { type UserState, sourceId } from '../user-state.ts'
import type { Given } from './gives.ts'
import { EMPTY_REGISTER, type Register } from './register.ts'
import { CURRENT_RULES } from './rules.ts'
import type { ToldFact } from './told.ts'

/** What a source gives, with the id that its entitlement has for ever. */
export interface Named extends Given {
  readonly entitlementId: string
}

/** What is known of a source once facts are told, and what follows from it. */
export interface Settled {
  readonly facts: readonly ToldFact[]
  readonly register: Register
  readonly given: readonly Named[]
  /** The ids of what a refund has taken whole. */
  readonly takenBack: ReadonlySet<string>
}

/** Under what a source is settled besides what is known of it. */
interface Circumstances extends TakingBack {
  /** What another user had spent and held of it, from whom it comes over. */
  readonly moved: Pick<Moved, 'spent' | 'holds'> | null
}

const RULES = CURRENT_RULES

/** What has to be recorded so that a source is known by this register and gives this, and nothing else. */
export function settled(
  state: UserState,
  source: SourceKey,
  { facts, register, given, takenBack }: Settled,
  circumstances: Circumstances,
): readonly Change[] {
  const known = state.sources.get(sourceId(source))
  if (known === undefined && isSameJson(register, EMPTY_REGISTER)) return []
  const isNews = known === undefined || !isSameJson(known.register, register)
  const before = [...state.entitlements.values()].filter((one) => isOf(one.source, source))
  const ids = new Set(given.map(({ entitlementId }) => entitlementId))
  const gone = before.filter(({ id, withdrawn }) => !withdrawn && !ids.has(id))
  const { now, spent, moved } = circumstances
  const inUse = [...namesMoved(moved), ...namesInUse(state, before)]
  return [
    ...(isNews ? [{ type: 'source_settled', data: { source, rules: RULES, facts } } as const] : []),
    ...given.flatMap((one) => giving(state, source, called(one, inUse), circumstances)),
    ...gone.map((one) => {
      const isTaken = takenBack.has(one.id)
      // What somebody changed, and was not refunded, is never owed.
      return withdrawing(state, one, { now, spent: isTaken ? spent : 'floor_at_zero' }, !isTaken)
    }),
    ...holding(moved?.holds ?? [], ids, now),
  ]
}

/** What has to be recorded so that nothing of a source is left. */
export function released(state: UserState, source: SourceKey, now: Instant): readonly Change[] {
  if (!state.sources.has(sourceId(source))) return []
  const takingBack = { now, spent: 'floor_at_zero' } as const
  const gone = [...state.entitlements.values()].filter((one) => !one.withdrawn && isOf(one.source, source))
  return [
    ...gone.map((one) => withdrawing(state, one, takingBack, false)),
    { type: 'source_released', data: { source, rules: RULES } },
  ]
}

/**
 * A paid period goes on by the name that something of its source was already used by: what is told later may give it
 * another, and what was used stays used.
 */
function called(given: Named, inUse: readonly (Instant | null)[]): Named {
  const { terms, names } = given
  const { allowance } = terms
  if (allowance.type !== 'metered' || allowance.reset !== null) return given
  const [period = null] = [...inUse.filter((name) => names.includes(name)), ...names]
  return { ...given, terms: { ...terms, allowance: { ...allowance, period } } }
}

/** What another user's reservations held is held here, until it lapses. */
function holding(holds: readonly MovedHold[], ids: ReadonlySet<string>, now: Instant): readonly Change[] {
  return holds.flatMap(({ feature, takes, endsAt }) => {
    const theirs = takes.filter(({ entitlementId }) => ids.has(entitlementId))
    if (theirs.length === 0 || endsAt <= now) return []
    return [
      {
        type: 'usage_reserved',
        data: { feature, amount: totalOf(theirs), takes: theirs, overage: 0, endsAt },
      },
    ]
  })
}

/** The names by which another user used and held it. */
function namesMoved(moved: Circumstances['moved']): readonly (Instant | null)[] {
  if (moved === null) return []
  const held = moved.holds.flatMap(({ takes }) => takes.map(({ period }) => period))
  return [...held, ...moved.spent.flatMap(([, { name, others }]) => [name, ...others.map((one) => one.name)])]
}

/** The names by which something is held or was used, what is held and what is given now before what was. */
function namesInUse(state: UserState, entitlements: readonly Entitlement[]): readonly (Instant | null)[] {
  const metered = entitlements.filter(
    ({ allowance }) => allowance.type === 'metered' && allowance.reset === null,
  )
  const ids = new Set(metered.map(({ id }) => id))
  const held = [...state.reservations.values()].flatMap(({ takes }) =>
    takes.flatMap(({ entitlementId, period }) => (ids.has(entitlementId) ? [period] : [])),
  )
  const given = metered
    .toSorted((a, b) => Number(a.withdrawn) - Number(b.withdrawn))
    .flatMap(({ allowance }) => (allowance.type === 'metered' ? [allowance.period] : []))
  const others = metered.flatMap(({ id }) => (state.usage.get(id)?.others ?? []).map(({ name }) => name))
  return [...held, ...given, ...others]
}

function giving(
  state: UserState,
  key: SourceKey,
  given: Named,
  { now, spent, moved }: Circumstances,
): readonly Change[] {
  const { entitlementId, feature, product, terms, held, isReduced } = given
  const before = state.entitlements.get(entitlementId)
  const source: Source = { ...key, product }
  if (before !== undefined && !before.withdrawn && isSame(before, { feature, source, terms, held })) return []
  // What somebody changed, and was not refunded, is never owed.
  const takingBack = { now, spent: isReduced ? spent : 'floor_at_zero' } as const
  const forgiven = before === undefined ? 0 : forgivenAfter(lotIn(state, before), terms.allowance, takingBack)
  const [, usage = null] = moved?.spent.find(([id]) => id === entitlementId) ?? []
  const data = { entitlementId, feature, source, terms, held, rules: RULES, forgiven, spent: usage }
  return [{ type: 'entitlement_given', data }]
}

function isSame(
  entitlement: Entitlement,
  given: { feature: string; source: Source; terms: Terms; held: boolean },
): boolean {
  const { feature, source, held } = entitlement
  return isSameJson({ feature, source, terms: termsOf(entitlement), held }, given)
}

function withdrawing(
  state: UserState,
  entitlement: Entitlement,
  takingBack: TakingBack,
  usageStays: boolean,
): Change {
  const forgiven = forgivenAfter(lotIn(state, entitlement), null, takingBack)
  const isMetered = entitlement.allowance.type === 'metered'
  const data = { entitlementId: entitlement.id, rules: RULES, forgiven, usageStays: usageStays && isMetered }
  return { type: 'entitlement_withdrawn', data }
}

function isOf(source: Source, { provider, account, ref }: SourceKey): boolean {
  return source.provider === provider && source.account === account && source.ref === ref
}
