import * as z from 'zod'
import { userId } from '../../../contract/user-id.ts'
import type { LinkFact, Version } from '../../../domain/checkout/fact.ts'
import type { Instant } from '../../../domain/instant.ts'
import { shopData } from '../../shop-data.ts'

export const id = z.string().min(1)
export const moment = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => Number.isFinite(at), 'is no moment')
export const count = z.int().nonnegative()

export const changed = { id, created_at: moment, modified_at: moment.nullish() }
export const external = { external_id: userId.nullish().catch(null) }
export const buyer = {
  customer_id: id,
  customer: z.looseObject(external).nullish(),
  metadata: shopData,
}
const Changed = z.looseObject(changed)
const Buyer = z.looseObject(buyer)

/** By when the object changed; of the same object, by when it was sent. */
export function versionOf(
  { modified_at, created_at }: z.output<typeof Changed>,
  sentAt: Instant,
  rank: number,
): Version {
  return { at: modified_at ?? created_at, rank: sentAt * 10 + rank }
}

export function linkOf({ customer_id, customer, metadata }: z.output<typeof Buyer>): readonly LinkFact[] {
  const user = customer?.external_id ?? metadata?.user_id
  return user ? [{ type: 'link', customer: customer_id, refs: [], userId: user }] : []
}
