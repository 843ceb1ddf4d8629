import * as z from 'zod'
import {
  type CatalogFeature,
  type FeatureOutcome,
  archiveFeature as archive,
  featureByKey,
  featurePage,
  putFeature as put,
  updateFeature as update,
} from '../../catalog/features.ts'
import { CATALOG_ROWS_MAX } from '../../catalog/catalog-bound.ts'
import type { putFeatureBody, updateFeatureBody } from '../../contract/schemas/features.ts'
import { isMetered } from '../../domain/entitlements/feature.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { refusalToError } from '../problems/refusal-to-error.ts'
import type { AppServices } from '../services.ts'
import { featureToWire } from '../wire/catalog-to-wire.ts'
import { restingOn } from '../resting-on.ts'
import { type ChangeContext, type ChangeServices, publishChange, changeTermsOf } from './change-context.ts'

/**
 * Creates or renames a feature, and takes it out of the archive. Throws `feature_type_differs`, `catalog_full` or
 * `precondition_failed`.
 */
export async function putFeature(
  services: ChangeServices,
  key: string,
  {
    type,
    overage = 'deny',
    combine = 'latest',
    held = false,
    windowSeconds,
    name = null,
    unit = null,
  }: z.output<typeof putFeatureBody>,
  context: ChangeContext,
) {
  const windowMs = windowSeconds === undefined ? null : windowSeconds * 1000
  const asked = { key, type, overage, combine, held, windowMs, name, unit }
  const outcome = await restingOn(put(services.db, asked, changeTermsOf(services, context)))
  switch (outcome.type) {
    case 'type_differs':
      throw new ProblemError('feature_type_differs', { detail: `It is ${inWords(outcome.feature)}` })
    case 'full':
      throw refusalToError({ code: 'catalog_full', what: 'features', limit: CATALOG_ROWS_MAX })
    case 'created':
    case 'changed':
    case 'same':
      return { isNew: outcome.type === 'created', feature: featureOf(services, outcome) }
  }
}

/** Switches a feature for everybody, or renames it. Throws `feature_not_found`, `malformed_request` or `precondition_failed`. */
export async function updateFeature(
  services: ChangeServices,
  key: string,
  changes: z.output<typeof updateFeatureBody>,
  context: ChangeContext,
) {
  if ((changes.unit ?? null) !== null) await needMetered(services, key)
  return featureOf(
    services,
    await restingOn(update(services.db, key, changes, changeTermsOf(services, context))),
  )
}

/**
 * Archives a feature: it takes no new entitlements. What is given stays, and what everybody has by a product goes on. Throws
 * `feature_not_found` or `precondition_failed`.
 */
export async function archiveFeature(services: ChangeServices, key: string, context: ChangeContext) {
  return featureOf(services, await restingOn(archive(services.db, key, changeTermsOf(services, context))))
}

/** Throws `feature_not_found`. */
export async function getFeature({ db }: Pick<AppServices, 'db'>, key: string) {
  return featureToWire(found(await featureByKey(db, key)))
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

/** The feature that a change has left, which checks then get to know. */
function featureOf(services: ChangeServices, outcome: FeatureOutcome | null) {
  const { type, feature } = found(outcome)
  if (type !== 'same') publishChange(services)
  return featureToWire(feature)
}

function inWords({ type, overage, combine, held, windowMs }: CatalogFeature): string {
  switch (type) {
    case 'boolean':
      return `of type ${type}`
    case 'config':
      return `of type ${type} and combine ${combine}`
    case 'metered':
      return [
        `of type ${type} and overage ${overage}`,
        ...(held ? ['held'] : []),
        ...(windowMs === null ? [] : [`with a window of ${windowMs / 1000} seconds`]),
      ].join(', ')
  }
}

/** A type never changes: it may be looked at before the change. */
async function needMetered({ db }: ChangeServices, key: string): Promise<void> {
  if (isMetered(found(await featureByKey(db, key)))) return
  const errors = [{ path: 'body.unit', message: 'is only of a metered feature' }]
  throw new ProblemError('malformed_request', { errors })
}

function found<T>(feature: T | null): T {
  if (feature === null) throw new ProblemError('feature_not_found')
  return feature
}
