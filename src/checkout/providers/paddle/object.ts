import * as z from 'zod'
import type { LinkFact, Version } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
import { shopData } from '../../provider/shop-data.ts'

export const id = z.string().min(1)
export const period = z.looseObject({ starts_at: isoMoment, ends_at: isoMoment })
export const count = z.int().nonnegative()
export const amount = z.string().regex(/^\d+$/).transform(Number)

export const namingFields = {
  // Also where a server made the transaction: a browser can replace it in a checkout that is open.
  'custom_data.user_id': {
    writer: 'buyer',
    source: 'https://developer.paddle.com/changelog/2025/update-checkout-custom-data',
  },
} as const satisfies NamingFields

export const buyer = { customer_id: id.nullish(), custom_data: shopData }
const Buyer = z.looseObject(buyer)

/** When an event happened, in milliseconds and to the microsecond. */
export interface Occurrence {
  readonly at: Instant
  readonly micros: number
}

/** Paddle orders by `occurred_at`, and one change can raise several events within a millisecond. */
export function versionOf({ at, micros }: Occurrence, rank: number): Version {
  return { at, rank: micros * 10 + rank }
}

export function linkOf(
  { custom_data, customer_id }: z.output<typeof Buyer>,
  refs: readonly string[],
  rank: LinkFact['rank'] = 'own',
): readonly LinkFact[] {
  if (!custom_data?.user_id) return []
  const { writer } = namingFields['custom_data.user_id']
  return [{ type: 'link', customer: customer_id ?? null, refs, userId: custom_data.user_id, rank, writer }]
}
