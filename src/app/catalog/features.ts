import * as z from 'zod'
import type { Condition } from '../../domain/values/condition.ts'
import {
  type CatalogFeature,
  archiveFeature as archive,
  featureByKey,
  featurePage,
  putFeature as put,
} from '../../catalog/features.ts'
import type { putFeatureBody } from '../../contract/schemas/catalog.ts'
import { isMetered } from '../../domain/entitlements/feature.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { AppServices } from '../services.ts'
import { featureToWire } from '../wire/catalog-to-wire.ts'
import { restingOn } from '../resting-on.ts'

/** Creates or renames a feature, and takes it out of the archive. Throws `feature_type_differs` or `precondition_failed`. */
export async function putFeature(
  { db }: Pick<AppServices, 'db'>,
  key: string,
  { type, overage = 'deny', name = null, unit = null }: z.output<typeof putFeatureBody>,
  condition: Condition,
) {
  const asked = { key, type, overage, name, unit }
  const { type: outcome, feature } = await restingOn(put(db, asked, condition))
  if (outcome === 'type_differs') {
    const detail = `It is of type ${feature.type}${isMetered(feature) ? ` and overage ${feature.overage}` : ''}`
    throw new ProblemError('feature_type_differs', { detail })
  }
  return { isNew: outcome === 'created', feature: featureToWire(feature) }
}

/** Throws `feature_not_found`. */
export async function getFeature({ db }: Pick<AppServices, 'db'>, key: string) {
  return found(await featureByKey(db, key))
}

/** Archives a feature: it takes no new entitlements. Throws `feature_not_found` or `precondition_failed`. */
export async function archiveFeature(
  { db, now }: Pick<AppServices, 'db' | 'now'>,
  key: string,
  condition: Condition,
) {
  return found(await restingOn(archive(db, key, now(), condition)))
}

/** All features, in the order of their keys. */
export function listFeatures({ db, cursors }: Pick<AppServices, 'db' | 'cursors'>, query: PageQuery) {
  return pageOf(
    cursors,
    {
      of: { features: 'all' },
      read: (request) => featurePage(db, request),
      placeOf: ({ key }) => key,
      place: z.string(),
      toWire: featureToWire,
    },
    query,
  )
}

function found(feature: CatalogFeature | null) {
  if (feature === null) throw new ProblemError('feature_not_found')
  return featureToWire(feature)
}
