import type { UsageItem } from '../../../domain/usage/usage-totals.ts'
import { overageBack } from '../../../domain/usage/take.ts'
import type { Note } from '../../../domain/user/entry.ts'
import type { Seq, UserId } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { isoOrNull } from '../bytes/stored-instant.ts'
import { CONSUMPTIONS } from './consumptions-query.ts'

/** A consumption or a reversal, as it was recorded. */
export interface ConsumptionItem extends UsageItem {
  readonly seq: Seq
  readonly at: Instant
  /** Of a reservation that was committed. */
  readonly reservation: Seq | null
  /** Of a reversal: what was given back. */
  readonly consumption: Seq | null
  /** `null` when there never was one, it has been erased, or notes were not asked for. */
  readonly note: Note | null
}

/** Which consumptions and reversals are asked for; all where nothing is said. The interval is half-open, of when they were recorded. */
export interface ConsumptionFilter {
  readonly feature?: string | undefined
  readonly holder?: string | undefined
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
}

interface ConsumptionRequest extends ConsumptionFilter {
  /** The entry after which to go on; `null` at the beginning of the interval. */
  readonly after: Seq | null
  readonly limit: number
  /** How many entries are looked at, at most. */
  readonly entriesMax: number
  readonly hasNotes: boolean
}

interface ConsumptionPage {
  readonly items: readonly ConsumptionItem[]
  /** The entry after which the next page begins; `null` at the end. */
  readonly last: Seq | null
}

/**
 * A page of what a user consumed and gave back, oldest first. It goes by entries, which only ever follow, and looks for the end
 * of the interval anew: what is recorded meanwhile is seen once.
 */
export async function consumptionPage(
  d1: D1Database,
  userId: UserId,
  { feature, holder, from, to, after, limit, entriesMax, hasNotes }: ConsumptionRequest,
): Promise<ConsumptionPage> {
  const { results } = await d1
    .prepare(CONSUMPTIONS)
    .bind(
      userId,
      after ?? 0,
      after === null ? isoOrNull(from ?? null) : null,
      isoOrNull(to ?? null),
      feature ?? null,
      holder ?? null,
      entriesMax,
      // One for the span, and one to know of an end.
      limit + 2,
      hasNotes ? 1 : 0,
    )
    .all<{ readonly seq: Seq; readonly json: string }>()
  const [first, ...rows] = results
  if (first === undefined) throw new Error('D1 did not say what is left of the interval')
  const span = JSON.parse(first.json) as Span
  const found = rows.map(({ seq, json: row }) => rowToItem(seq, JSON.parse(row) as Row))
  const items = found.slice(0, limit)
  if (found.length > limit) return { items, last: items.at(-1)?.seq ?? null }
  const seen = span.first + entriesMax
  return { items, last: seen < span.last ? seen : null }
}

interface Span {
  /** The last entry before those that are asked for, and the last of them. */
  readonly first: Seq
  readonly last: Seq
}

/** A consumption or reversal as `CONSUMPTIONS` tells it. */
interface Row {
  readonly at: string
  readonly feature: string
  readonly amount: number
  readonly overage: number | null
  readonly reservation: Seq | null
  readonly consumption: Seq | null
  /** Of a consumption that is reversed: what no lot had, and how much had been given back before, where the reversal does not say. */
  readonly owed: number | null
  readonly before: number | null
  readonly spends: string | null
  readonly cost: number | null
  readonly holder: string | null
  readonly note: string | null
}

function rowToItem(seq: Seq, row: Row): ConsumptionItem {
  const { feature, amount, overage, reservation, consumption, owed, before, spends, cost, holder } = row
  return {
    type: consumption === null ? 'consumption' : 'reversal',
    seq,
    at: Date.parse(row.at),
    feature,
    amount,
    overage: overage ?? overageBack(owed ?? 0, before ?? 0, amount),
    spends: spends === null ? null : { feature: spends, cost: cost ?? 0 },
    reservation,
    consumption,
    holder,
    note: row.note === null ? null : (JSON.parse(row.note) as Note),
  }
}
