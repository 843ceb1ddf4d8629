import type { Delivery } from '../checkout/scenario.ts'
import type { Till } from './tills/till.ts'

/** The whole content of an account that nobody accepted is its owner's to write, ids and all. */
export function ofUnknownAccount({ provider }: Till, { body, ...delivery }: Delivery): Delivery | null {
  if (provider === 'stripe') return { ...delivery, body: { ...(body as object), account: 'acct_mallory' } }
  if (provider !== 'lemonsqueezy') return null
  const { meta, data } = body as { meta: object; data: { attributes: object } }
  return { ...delivery, body: { meta, data: { ...data, attributes: { ...data.attributes, store_id: 99 } } } }
}
