import * as z from 'zod'
import { reasonQuery } from './entitlements.ts'
import { consumptionMetadata, holder } from './holder.ts'
import { amount } from './metered.ts'
import { answeredInstant, cursor, featureKey, limit, nextCursor } from './primitives.ts'
import { consumptionId, reservation } from './usage.ts'

export const releaseHolderBody = z
  .strictObject({ feature: featureKey, holder, reason: reasonQuery.shape.reason })
  .meta({ id: 'ReleaseHolder' })

/** Of what is held or reserved of a feature, or of all of them. */
export const ofFeatureQuery = z.strictObject({
  feature: featureKey.optional(),
  limit,
  cursor: cursor.optional(),
})

const answeredHolder = holder.nullable().meta({ description: '`null` once it was erased' })

const heldBy = z
  .strictObject({
    feature: featureKey,
    holder: answeredHolder,
    amount,
    consumptionId: consumptionId.meta({ description: 'What releases it by its id, when it is reversed' }),
    since: answeredInstant,
    metadata: consumptionMetadata.nullable(),
  })
  .meta({ id: 'HeldBy' })

export const holderList = z.strictObject({ items: z.array(heldBy), nextCursor }).meta({ id: 'HolderList' })

export const renewBody = z
  .strictObject({
    ttlSeconds: z.int().min(1).max(86_400).meta({ description: 'It ends no sooner than this long from now' }),
  })
  .meta({ id: 'RenewReservation' })

/** A reservation as it is now, without what a check would say of its feature. */
export const knownReservation = reservation
  .pick({ id: true, userId: true, feature: true, amount: true, overage: true, takes: true, spends: true })
  .extend({
    holder: answeredHolder.optional().meta({ description: 'Only of a lease; `null` once it was erased' }),
    state: z.enum(['open', 'committed', 'released', 'expired', 'moved']).meta({
      id: 'ReservationStage',
      description: '`moved`: what it holds is another user’s by now',
    }),
    since: answeredInstant,
    endsAt: answeredInstant.optional().meta({
      description: 'Of one that is open or has expired. Exclusive: at this moment it has lapsed',
    }),
    consumptionId: consumptionId.optional().meta({ description: 'What it became when it was committed' }),
  })
  .meta({ id: 'KnownReservation' })

export const reservationList = z
  .strictObject({ items: z.array(knownReservation), nextCursor })
  .meta({ id: 'ReservationList' })
