import * as z from 'zod'
import { usageTotals } from '../../domain/usage/usage-totals.ts'
import type { UserId } from '../../domain/values/ids.ts'
import {
  type ConsumptionFilter,
  type ConsumptionItem,
  consumptionPage,
} from '../../ledger/store/consumptions/consumption-page.ts'
import type { ListSource } from '../paging/listing.ts'
import type { PageQuery } from '../paging/page.ts'
import { consumptionItemToWire, ownConsumptionItemToWire, totalToWire } from '../wire/consumptions-to-wire.ts'

/** How many entries a page looks at; of what is in it, it then reads the consumptions that were reversed, and notes. */
const ENTRIES_MAX = 5000

/** The same for a user's own token. */
export const OWN_ENTRIES_MAX = 1000

export interface ConsumptionsQuery extends PageQuery, ConsumptionFilter {
  /** `only` leaves the items out, so that a page is bounded by what it looks at alone. */
  readonly totals?: 'only' | undefined
}

/** What a user consumed and gave back, oldest first, each page with its sums. Who reads their own is told no holders. */
export async function listConsumptions(
  { db, cursors }: ListSource,
  userId: UserId,
  { limit, cursor, totals: whether, feature, holder, from, to }: ConsumptionsQuery,
  isOwn = false,
) {
  const filter = { feature, holder, from, to }
  const of = { consumptions: userId, ...filter }
  const place = await cursors.toPlace(of, cursor, z.object({ after: z.int() }))
  const entriesMax = isOwn ? OWN_ENTRIES_MAX : ENTRIES_MAX
  const isOfTotals = whether === 'only'
  const { items, last } = await consumptionPage(db, userId, {
    ...filter,
    after: place?.after ?? null,
    limit: isOfTotals ? entriesMax : limit,
    entriesMax,
    hasNotes: !isOfTotals,
  })
  const { totals, count } = usageTotals(isOwn ? items.map(withoutHolder) : items)
  const page = items.slice(0, count)
  const after = count < items.length ? (page.at(-1)?.seq ?? null) : last
  return {
    ...(isOfTotals ? {} : { items: page.map(isOwn ? ownConsumptionItemToWire : consumptionItemToWire) }),
    totals: totals.map((total) => totalToWire(total, isOwn)),
    nextCursor: after === null ? null : await cursors.fromPlace(of, { after }),
  }
}

function withoutHolder(item: ConsumptionItem): ConsumptionItem {
  return { ...item, holder: null }
}
