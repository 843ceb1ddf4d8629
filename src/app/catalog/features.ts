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
import type { WhyNotSpent } from '../../catalog/why-not-spent.ts'
import {
  NOT_COUNTED,
  OF_OVERAGE,
  OF_SPENDS,
  type putFeatureBody,
  type updateFeatureBody,
} from '../../contract/schemas/features.ts'
import { isMetered } from '../../domain/entitlements/feature.ts'
import type { Rate } from '../../domain/entitlements/rate.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import { refusalToError } from '../problems/refusal-to-error.ts'
import type { AppServices } from '../services.ts'
import { featureToWire } from '../wire/catalog-to-wire.ts'
import { restingOn } from '../resting-on.ts'
import { type ChangeContext, type ChangeServices, publishChange, changeTermsOf } from './change-context.ts'

/**
 * Creates or changes a feature, and takes it out of the archive. Throws `feature_type_differs`, `catalog_full`,
 * `spends_not_possible`, `malformed_request` or `precondition_failed`.
 */
export async function putFeature(
  services: ChangeServices,
  key: string,
  {
    type,
    overage = 'deny',
    windowSeconds,
    name = null,
    unit = null,
    ...body
  }: z.output<typeof putFeatureBody>,
  context: ChangeContext,
) {
  const { combine, held, spends: feature, cost = 1, requiresRight = false, overageMax } = body
  needAnother(key, feature)
  const windowMs = windowSeconds === undefined ? null : windowSeconds * 1000
  const spends = feature === undefined ? null : { feature, rate: rateOf(cost), requiresRight }
  const asked = { key, type, overage, combine, held, windowMs, name, unit, spends, overageMax }
  const outcome = await restingOn(put(services.db, asked, changeTermsOf(services, context)))
  switch (outcome.type) {
    case 'type_differs':
      throw new ProblemError('feature_type_differs', { detail: `It is ${inWords(outcome.feature)}` })
    case 'full':
      throw refusalToError({ code: 'catalog_full', what: 'features', limit: CATALOG_ROWS_MAX })
    case 'not_spent':
      throw notPossible(outcome)
    case 'created':
    case 'changed':
    case 'same':
      return { isNew: outcome.type === 'created', feature: await featureOf(services, outcome) }
  }
}

/**
 * Switches a feature for everybody, or changes what of it may change. Throws `feature_not_found`, `malformed_request`,
 * `spends_not_possible` or `precondition_failed`.
 */
export async function updateFeature(
  services: ChangeServices,
  key: string,
  { cost, ...changes }: z.output<typeof updateFeatureBody>,
  context: ChangeContext,
) {
  needAnother(key, changes.spends)
  const { unit, spends, requiresRight, overageMax } = changes
  const ofMetered = Object.entries({ unit, spends, cost, requiresRight, overageMax })
  if (ofMetered.some(([, value]) => (value ?? null) !== null)) {
    const wrong = whatIsWrong(found(await featureByKey(services.db, key)), Object.fromEntries(ofMetered))
    if (wrong !== null) throw malformed(...wrong)
  }
  const asked = { ...changes, rate: cost === undefined ? undefined : rateOf(cost) }
  const outcome = await restingOn(update(services.db, key, asked, changeTermsOf(services, context)))
  if (outcome?.type === 'not_spent') throw notPossible(outcome)
  return featureOf(services, outcome)
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
async function featureOf(services: ChangeServices, outcome: FeatureOutcome | null) {
  const { type, feature } = found(outcome)
  if (type !== 'same') await publishChange(services)
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

/** What does not fit what a feature is already: where it stands, and why. Most of that never changes, and may be looked at before. */
function whatIsWrong(
  before: CatalogFeature,
  changes: Pick<
    z.output<typeof updateFeatureBody>,
    'unit' | 'spends' | 'cost' | 'requiresRight' | 'overageMax'
  >,
): [member: string, message: string] | null {
  const { spends, cost, requiresRight, overageMax } = changes
  if (!isMetered(before)) {
    const [member = 'unit'] = Object.entries(changes).flatMap(([key, value]) =>
      (value ?? null) === null ? [] : key,
    )
    return [member, 'is only of a metered feature']
  }
  if ((spends ?? null) !== null && (before.held || before.windowMs !== null)) return ['spends', NOT_COUNTED]
  const isSpending = spends === undefined ? before.spends !== null : spends !== null
  if (!isSpending && cost !== undefined) return ['cost', OF_SPENDS]
  if (!isSpending && requiresRight !== undefined) return ['requiresRight', OF_SPENDS]
  return (overageMax ?? null) !== null && before.overage !== 'allow' ? ['overageMax', OF_OVERAGE] : null
}

function needAnother(key: string, spends: string | null | undefined): void {
  if (spends === key) throw malformed('spends', 'is the feature itself')
}

function malformed(member: string, message: string): ProblemError {
  return new ProblemError('malformed_request', { errors: [{ path: `body.${member}`, message }] })
}

const WHY: Readonly<Record<WhyNotSpent, string>> = {
  unknown: 'is no feature of the catalog',
  archived: 'is archived',
  not_metered: 'is not metered',
  held: 'is held, and not spent',
  spends_itself: 'spends another feature itself',
  is_spent: 'cannot be spent by a feature that others spend',
}

function notPossible({ spent, why }: { readonly spent: string; readonly why: WhyNotSpent }): ProblemError {
  const errors = [{ path: 'body.spends', message: WHY[why] }]
  return new ProblemError('spends_not_possible', { detail: `"${spent}" ${WHY[why]}`, errors })
}

function rateOf(cost: number | Rate): Rate {
  return typeof cost === 'number' ? { amount: cost, per: 1 } : cost
}

function found<T>(feature: T | null): T {
  if (feature === null) throw new ProblemError('feature_not_found')
  return feature
}
