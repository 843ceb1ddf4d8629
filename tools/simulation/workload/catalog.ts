import { putFeature } from '../../../src/catalog/features.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'

/**
 * What the simulated users may have. `tokens` and `export` are only touched by clients; the last two are
 * only sold by the shop.
 */
export const FEATURES = {
  tokens: { type: 'metered', overage: 'deny' },
  export: { type: 'boolean', overage: 'deny' },
  calls: { type: 'metered', overage: 'allow' },
  lessons: { type: 'boolean', overage: 'deny' },
  minutes: { type: 'metered', overage: 'deny' },
} as const

/** What each bought piece of the shop’s product gives of `minutes`. */
export const MINUTES_EACH = 10

export const PRODUCT = 'course'

/** What the product gives only while its operator says so. */
export const NOTES = 'notes'

/** What holders take and lease. */
export const SEATS = 'seats'

export async function withCatalog(d1: D1Database): Promise<void> {
  for (const [key, { type, overage }] of Object.entries(FEATURES)) {
    await putFeature(d1, { key, type, overage, name: null, unit: null })
  }
  await putFeature(d1, { key: SEATS, type: 'metered', overage: 'deny', held: true, name: null, unit: null })
  await putFeature(d1, { key: NOTES, type: 'boolean', overage: 'deny', name: null, unit: null })
  await putCourse(d1, false)
}

/** Says what the product gives from now on: notes as well, or not. */
export async function putCourse(d1: D1Database, hasNotes: boolean): Promise<void> {
  const given = [{ feature: 'lessons' }, { feature: 'minutes', amount: MINUTES_EACH, perQuantity: true }]
  const put = await putProduct(
    d1,
    {
      id: PRODUCT,
      name: PRODUCT,
      features: hasNotes ? [...given, { feature: NOTES }] : given,
      references: [{ provider: 'standard-webhooks', ref: PRODUCT }],
    },
    true,
  )
  if (!put.ok) throw new Error(put.error.code)
}
