import type { Catalog } from '../catalog/catalog.ts'
import { type LotAt, lotAt } from '../usage/lot-at.ts'
import { type Spending, spendingWith } from '../usage/metered-access.ts'
import { isSpent } from '../usage/spent-lots.ts'
import type { EntitlementId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { lotIn } from './user-lots.ts'
import type { UserState } from './user-state.ts'

/** What was last asked of a state, and with what of it the answer could be another. */
interface LastSpending extends Pick<
  UserState,
  'entitlements' | 'reservations' | 'sources' | 'holdings' | 'windows'
> {
  readonly spending: Spending
  readonly feature: string
  readonly catalog: Catalog
  readonly now: Instant
  /** Whether a change of one lot leaves the others as they are: none share what was used, and no spent one is to come. */
  readonly isAlone: boolean
}

interface Last {
  readonly last: LastSpending
  /** Lots of which something was spent or given back since. */
  readonly touched: readonly EntitlementId[]
}

/** By what was spent, which is another map with every consumption: of a thousand lots that touches one or two. */
const lastByUsage = new WeakMap<UserState['usage'], Last>()

/** Keeps what was asked of a state. */
export function keepSpending(
  { usage, entitlements, reservations, sources, holdings, windows }: UserState,
  asked: Pick<LastSpending, 'spending' | 'feature' | 'catalog' | 'now' | 'isAlone'>,
): void {
  lastByUsage.set(usage, {
    last: { ...asked, entitlements, reservations, sources, holdings, windows },
    touched: [],
  })
}

/** Tells that what was spent of some lots, and nothing else, is different from before. */
export function spentAfter(
  before: UserState['usage'],
  after: UserState['usage'],
  touched: readonly EntitlementId[],
): void {
  const known = lastByUsage.get(before)
  // What nobody has asked since is not gone after further.
  if (known?.touched.length === 0) lastByUsage.set(after, { last: known.last, touched })
}

/** Returns what was asked before with the lots that were touched since as they are now; `null` where all has to be reckoned. */
export function lastSpending(
  state: UserState,
  feature: string,
  catalog: Catalog,
  now: Instant,
): Spending | null {
  const known = lastByUsage.get(state.usage)
  const isOfSame = known?.last.feature === feature && known.last.catalog === catalog
  if (known === undefined || !isOfSame || !isStill(known.last, state, now)) return null
  const { spending, isAlone } = known.last
  if (known.touched.length === 0) return spending
  if (!isAlone) return null
  const changed = new Map<LotAt, LotAt>()
  for (const id of known.touched) {
    const before = spending.spendable.find(({ lot }) => lot.id === id)
    const entitlement = before === undefined ? undefined : state.entitlements.get(id)
    const lot = entitlement === undefined ? null : lotIn(state, entitlement)
    // Spent lots are one in the answer: which ones are is reckoned anew.
    if (before === undefined || lot === null || isSpent(before.lot) || isSpent(lot)) return null
    const { today } = before.lot
    changed.set(
      before,
      lotAt(today === undefined ? lot : { ...lot, priority: before.lot.priority, today }, now),
    )
  }
  const after = spendingWith(spending, changed)
  lastByUsage.set(state.usage, { last: { ...known.last, spending: after }, touched: [] })
  return after
}

/** Whether the answer is the same but for what was spent: nothing else is another, and time has turned nothing. */
function isStill(last: LastSpending, state: UserState, now: Instant): boolean {
  const { spending } = last
  const isSame =
    last.entitlements === state.entitlements &&
    last.reservations === state.reservations &&
    last.sources === state.sources &&
    last.holdings === state.holdings &&
    last.windows === state.windows
  // Of several rights that give nothing another may be the nearest with every moment.
  const isLasting = spending.standing.allowed && last.now <= now && now < (spending.nextChangeAt ?? Infinity)
  return isSame && (last.now === now || isLasting)
}
