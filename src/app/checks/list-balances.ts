import type { Catalog } from '../../domain/catalog/catalog.ts'
import type { Balance } from '../../domain/entitlements/balance.ts'
import { nextPeriodStart } from '../../domain/entitlements/reset.ts'
import { lotAt } from '../../domain/usage/lot-at.ts'
import { type Lot, balanceOf } from '../../domain/usage/lot.ts'
import { isOwing, spendableOf, spendingOf } from '../../domain/usage/metered-access.ts'
import type { Right } from '../../domain/entitlements/access.ts'
import { rightsBy } from '../../domain/user/access-by-catalog.ts'
import { isLot } from '../../domain/user/lasting-access.ts'
import { type Snapshot, countFrom } from '../../domain/user/snapshot.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Reader } from '../../edge/reader.ts'
import type { Evaluation } from '../../edge/reading.ts'
import { everybodysSource, freshnessToWire, instantToWire } from '../wire/wire.ts'
import { featuresOf } from './features-of.ts'
import { type FreshnessRequest, read } from './read.ts'

/** What is left of each metered feature of a user, or of one. Throws `version_unknown` or `ledger_unavailable`. */
export async function listBalances(
  reader: Reader,
  userId: UserId,
  { feature, ...freshness }: FreshnessRequest & { readonly feature?: FeatureKey | undefined },
) {
  const reading = await read(reader, userId, freshness, ofLots)
  const balances = reading.answer.filter((one) => feature === undefined || one.feature === feature)
  return { userId, balances, ...freshnessToWire(reading) }
}

type Balances = readonly ReturnType<typeof balanceToWire>[]

/** A list means of what is not in it that there is nothing: so it has to be as fresh as a "no". */
const ofLots: Evaluation<Balances> = {
  of: ({ snapshot, catalog: copy }, now) => ({
    answer: copy === null ? [] : balancesOf(snapshot, copy.catalog, now),
    kind: 'no',
    isLasting: false,
  }),
}

function balancesOf(snapshot: Snapshot, catalog: Catalog, now: Instant): Balances {
  // What spends another's lots has a balance there.
  const ofOwn = featuresOf(snapshot, catalog).filter((key) => catalog.features.get(key)?.spends === undefined)
  return ofOwn.flatMap((feature) => {
    const lots = rightsBy(snapshot, catalog, feature).filter(isLot)
    const at = lots.map((lot) => lotAt(lot, now))
    const { balance } = spendingOf(at, now, countFrom(snapshot, feature))
    return balance === null ? [] : [balanceToWire(feature, balance, lots, now)]
  })
}

function balanceToWire(feature: FeatureKey, balance: Balance, lots: readonly Lot[], now: Instant) {
  const behind = [...spendableOf(lots, now), ...lots.filter((lot) => isOwing(lot, now))]
  return {
    feature,
    ...balance,
    lots: behind.map((lot) => lotToWire(lot, now)),
  }
}

function lotToWire(lot: Lot & Pick<Right, 'everyone'>, now: Instant) {
  const { id, endsAt, withdrawn, allowance, everyone } = lot
  const resetsAt = allowance.reset === null ? null : nextPeriodStart(allowance.reset, now)
  return {
    entitlementId: id,
    ...balanceOf(lot, now),
    endsAt: instantToWire(endsAt),
    resetsAt: instantToWire(resetsAt),
    withdrawn,
    ...(everyone === undefined ? {} : { source: everybodysSource(everyone) }),
  }
}
