import * as z from 'zod'
import type { LinkFact } from '../../../domain/purchases/register/fact.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
export const count = z.int().nonnegative()

export const namingFields = {
  // The address of a checkout holds it.
  'meta.custom_data.user_id': {
    writer: 'buyer',
    source: 'https://docs.lemonsqueezy.com/help/checkout/passing-custom-data',
  },
} as const satisfies NamingFields

export const timestamps = { created_at: isoMoment, updated_at: isoMoment }

/** Whose it is, by `meta`: no later event or API has it (https://github.com/pay-rails/pay/issues/1041). */
export interface ObjectHead {
  readonly id: string
  readonly user: string | null
}

// Orders, their items and subscriptions are all counted from 1.
export const orderRef = (number: string) => `order/${number}`
export const orderItemRef = (number: string) => `order-item/${number}`
export const subscriptionRef = (number: string) => `subscription/${number}`
export const invoiceRef = (number: string) => `subscription-invoice/${number}`

export function linkOf(
  user: string | null,
  customer: string | null | undefined,
  ref: string,
): readonly LinkFact[] {
  if (user === null) return []
  const { writer } = namingFields['meta.custom_data.user_id']
  return [{ type: 'link', customer: customer ?? null, refs: [ref], userId: user, rank: 'own', writer }]
}
