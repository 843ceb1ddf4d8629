import * as z from 'zod'
import { productAnswer } from './catalog.ts'
import { feature } from './features.ts'
import { answeredInstant, cursor, featureKey, limit, nextCursor, productId, version } from './primitives.ts'

const ofChange = {
  version: version.meta({ description: 'The version of the catalog since the change' }),
  at: answeredInstant
    .nullable()
    .meta({ description: 'Unknown of what was there before changes were logged' }),
  actor: z.string().nullable().meta({ description: 'The `sub` of who asked for it' }),
  reason: z.string().nullable(),
}

const catalogChange = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ ...ofChange, kind: z.literal('feature'), key: featureKey, what: feature })
      .meta({ id: 'FeatureChange', description: 'What a feature is since the change' }),
    z
      .strictObject({ ...ofChange, kind: z.literal('product'), key: productId, what: productAnswer })
      .meta({ id: 'ProductChange', description: 'What a product is since the change' }),
  ])
  .meta({ id: 'CatalogChange' })

export const catalogChangesQuery = z.strictObject({
  order: z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'Which comes first' }),
  limit,
  cursor: cursor.optional(),
})

export const catalogChangeList = z
  .strictObject({ items: z.array(catalogChange), nextCursor })
  .meta({ id: 'CatalogChangeList' })
