import * as z from 'zod'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import {
  type KnownReservation,
  reservationNamed,
  reservationPage,
} from '../../ledger/store/holders/reservation-page.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { refusalToError } from '../problems/refusal-to-error.ts'
import type { AppServices } from '../services.ts'
import { consumptionId, reservationId, seqOf } from '../wire/usage-ids.ts'
import { spendsToWire, takesToWire } from '../wire/usage-to-wire.ts'
import { instantToWire } from '../wire/wire.ts'

interface OfFeature extends PageQuery {
  readonly feature?: FeatureKey | undefined
}

type ReadServices = Pick<AppServices, 'db' | 'now' | 'cursors'>

/** One reservation of a user, and what became of it. Throws `reservation_not_found` or `ledger_unavailable`. */
export async function getReservation(
  { db, now }: Omit<ReadServices, 'cursors'>,
  userId: UserId,
  named: string,
) {
  const reservation = seqOf(named)
  const known = await reservationNamed(db, userId, reservation, now())
  if (known === null) throw refusalToError({ code: 'reservation_not_found', reservation })
  return reservationToWire(known, userId)
}

/** The reservations of a user that are open, of all features or of one, those first that were made first. Throws `ledger_unavailable`. */
export function listReservations(
  { db, now, cursors }: ReadServices,
  userId: UserId,
  { feature, ...page }: OfFeature,
) {
  const at = now()
  return pageOf(
    cursors,
    {
      of: { reservationsOf: userId, feature: feature ?? null },
      read: (request) => reservationPage(db, userId, { feature, at, ...request }),
      placeOf: ({ reserved }) => reserved.seq,
      place: z.int(),
      toWire: (known) => reservationToWire(known, userId),
    },
    page,
  )
}

function reservationToWire({ reserved, since, became }: KnownReservation, userId: UserId) {
  const { seq, feature, amount, overage, takes, holder, spends } = reserved
  return {
    id: reservationId(seq),
    userId,
    feature,
    amount,
    overage,
    takes: takesToWire(takes),
    ...spendsToWire(spends),
    ...(holder === undefined ? {} : { holder }),
    state: became.state,
    since: instantToWire(since),
    ...('endsAt' in became ? { endsAt: instantToWire(became.endsAt) } : {}),
    ...('consumption' in became ? { consumptionId: consumptionId(became.consumption) } : {}),
  }
}
