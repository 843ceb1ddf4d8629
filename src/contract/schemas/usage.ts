import * as z from 'zod'
import { userId } from '../user-id.ts'
import { anyOf } from './any-of.ts'
import { access, checkQuery, everybodysSource, freshness } from './checks.ts'
import { SAYS_HOW_MUCH, consumptionMetadata, holder, saysHowMuch } from './holder.ts'
import { amount } from './metered.ts'
import { answeredInstant, entitlementId, featureKey } from './primitives.ts'

function numbered(prefix: string, id: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[1-9][0-9]{0,14}$`), `${prefix}_ and a whole number`)
    .meta({ id, examples: [`${prefix}_7`] })
}

export const consumptionId = numbered('con', 'ConsumptionId')
export const reservationId = numbered('res', 'ReservationId')
export const reversalId = numbered('rev', 'ReversalId')

const taken = {
  feature: featureKey,
  amount: amount.optional().meta({ description: '1 when left out, which only who names a holder may' }),
  holder: holder.optional(),
}

export const consumeBody = z
  .strictObject({ ...taken, metadata: consumptionMetadata.optional() })
  .check(saysHowMuch)
  .meta({ id: 'Consume', ...SAYS_HOW_MUCH })

export const consumeAnyBody = consumeBody.safeExtend({ anyOf }).meta({ id: 'ConsumeAny', ...SAYS_HOW_MUCH })

export const reserveBody = z
  .strictObject({
    ...taken,
    ttlSeconds: z.int().min(1).max(86_400).meta({ description: 'After exactly this long it has lapsed' }),
  })
  .check(saysHowMuch)
  .meta({ id: 'Reserve', ...SAYS_HOW_MUCH })

export const reverseBody = z
  .strictObject({ amount: amount.optional().meta({ description: 'All that is left of it when left out' }) })
  .meta({ id: 'ReverseConsumption' })

export const commitBody = z
  .strictObject({
    amount: amount
      .optional()
      .meta({ description: 'At most what was reserved, all of it when left out; the rest is free again' }),
  })
  .meta({ id: 'CommitReservation' })

const { feature, spends: _byToday, ...answer } = access

/** What a check would answer right after it. */
const asChecked = { ...answer, version: freshness.version, asOf: freshness.asOf, source: z.literal('ledger') }

const takes = z.array(z.strictObject({ entitlementId, amount }).meta({ id: 'LotAmount' }))

/** By the rate that was in force when it was taken. */
export const spends = z
  .strictObject({ feature: featureKey, cost: z.int().min(0) })
  .meta({ id: 'Spent', description: 'What it cost of the feature that it spends, by the rate of then' })

const spent = {
  userId,
  feature,
  amount,
  overage: z.int().min(0).meta({ description: 'How much of the amount was not there' }),
  takes: takes.meta({
    description: 'From which lots; none where the feature counts what is taken as a whole',
  }),
  spends: spends.optional(),
}

export const consumption = z
  .strictObject({
    id: consumptionId,
    ...spent,
    reservationId: reservationId.optional().meta({ description: 'Of a reservation that was committed' }),
    ...asChecked,
  })
  .meta({ id: 'Consumption' })

export const reversal = z
  .strictObject({
    id: reversalId,
    consumptionId,
    userId,
    feature,
    amount,
    reversed: amount.meta({ description: 'How much of the consumption has been reversed so far' }),
    returns: takes.meta({ description: 'To which lots; one whose period is over gains nothing' }),
    spends: spends.optional().meta({ description: 'What comes back of the feature that it was spent of' }),
    ...asChecked,
  })
  .meta({ id: 'Reversal' })

export const reservation = z
  .strictObject({
    id: reservationId,
    ...spent,
    state: z.literal('open'),
    endsAt: answeredInstant.meta({ description: 'Exclusive: at this moment it has lapsed' }),
    ...asChecked,
  })
  .meta({ id: 'Reservation' })

export const releasedReservation = z
  .strictObject({
    id: reservationId,
    userId,
    feature,
    amount,
    state: z.literal('released'),
    ...asChecked,
  })
  .meta({ id: 'ReleasedReservation' })

export const balancesQuery = checkQuery.extend({ feature: featureKey.optional() })

const lot = z
  .strictObject({
    entitlementId,
    ...access.balance.unwrap().shape,
    endsAt: answeredInstant.nullable(),
    resetsAt: answeredInstant.nullable().meta({ description: 'When the amount is given anew' }),
    withdrawn: z.boolean().meta({ description: 'Taken back by its source after it was spent: it is owed' }),
    source: everybodysSource.optional().meta({ description: 'Of what everybody has' }),
  })
  .meta({ id: 'Lot' })

export const balanceList = z
  .strictObject({
    userId,
    balances: z.array(
      z
        .strictObject({
          feature: featureKey,
          ...access.balance.unwrap().shape,
          lots: z.array(lot).meta({
            description:
              'In the order in which they are spent. Those that are used up and end alike are one, under the id of the newest',
          }),
        })
        .meta({ id: 'FeatureBalance' }),
    ),
    ...freshness,
  })
  .meta({ id: 'BalanceList' })
