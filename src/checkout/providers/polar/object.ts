import * as z from 'zod'
import { userId } from '../../../contract/user-id.ts'
import type { LinkFact, Version } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
import { shopData } from '../../provider/shop-data.ts'

export const id = z.string().min(1)
export const count = z.int().nonnegative()

export const namingFields = {
  'customer.external_id': {
    writer: 'server',
    source: 'https://polar.sh/docs/features/customer-management',
  },
  // A checkout link writes into it from its address, and so do the adapters from the request.
  'metadata.user_id': { writer: 'buyer', source: 'https://polar.sh/docs/features/checkout/links' },
} as const satisfies NamingFields

export const timestamps = { id, created_at: isoMoment, modified_at: isoMoment.nullish() }
export const external = { external_id: userId.nullish().catch(null) }
export const buyer = {
  customer_id: id,
  customer: z.looseObject(external).nullish(),
  metadata: shopData,
}
const Changed = z.looseObject(timestamps)
const Buyer = z.looseObject(buyer)

/** By when the object changed; of the same object, by when it was sent. */
export function versionOf(
  { modified_at, created_at }: z.output<typeof Changed>,
  sentAt: Instant,
  rank: number,
): Version {
  return { at: modified_at ?? created_at, rank: sentAt * 10 + rank }
}

/** Which user the customer is, and whom the shop named on the purchase itself, which `refs` stand for. */
export function linksOf(
  { customer_id, customer, metadata }: z.output<typeof Buyer>,
  refs: readonly string[] = [],
): readonly LinkFact[] {
  const link = { type: 'link', customer: customer_id, rank: 'own' } as const
  const external = customer?.external_id ?? null
  const named = metadata?.user_id ?? null
  return [
    ...(external === null
      ? []
      : [{ ...link, refs: [], userId: external, writer: namingFields['customer.external_id'].writer }]),
    ...(named === null || refs.length === 0
      ? []
      : [{ ...link, refs, userId: named, writer: namingFields['metadata.user_id'].writer }]),
  ]
}
