import * as z from 'zod'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import { type HeldBy, holderPage } from '../../ledger/store/holders/holder-page.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import type { AppServices } from '../services.ts'
import { consumptionId } from '../wire/usage-ids.ts'
import { instantToWire } from '../wire/wire.ts'

interface OfFeature extends PageQuery {
  readonly feature?: FeatureKey | undefined
}

/** Who holds what of a user's features, or of one, those first who took it first. Throws `ledger_unavailable`. */
export function listHolders(
  { db, cursors }: Pick<AppServices, 'db' | 'cursors'>,
  userId: UserId,
  { feature, ...page }: OfFeature,
) {
  return pageOf(
    cursors,
    {
      of: { holdersOf: userId, feature: feature ?? null },
      read: (request) => holderPage(db, userId, { feature, ...request }),
      placeOf: ({ seq }) => seq,
      place: z.int(),
      toWire: holderToWire,
    },
    page,
  )
}

function holderToWire({ seq, feature, holder, amount, since, metadata }: HeldBy) {
  return { feature, holder, amount, consumptionId: consumptionId(seq), since: instantToWire(since), metadata }
}
