import type * as z from 'zod'
import { isObject } from '../is-object.ts'
import { isUserId } from '../is-user-id.ts'
import { CHECKS_MAX, type checksBody, type OneCheck } from './checks.ts'
import { FEATURE_KEY } from './primitives.ts'

/**
 * What `checksBody` makes of a list of checks that each name a user and a feature and nothing else; `null` of anything else. Most
 * lists are such, and of a request with a hundred the schema was more than a third. They name no more users
 * than a request may: as many as there may be checks.
 */
export function plainChecks(body: unknown): z.output<typeof checksBody> | null {
  if (!isObject(body) || !Array.isArray(body['checks']) || Object.keys(body).length > 1) return null
  const asked: readonly unknown[] = body['checks']
  if (asked.length === 0 || asked.length > CHECKS_MAX) return null
  const checks: OneCheck[] = []
  for (const one of asked) {
    const check = plainCheck(one)
    if (check === null) return null
    checks.push(check)
  }
  return { checks }
}

function plainCheck(check: unknown): OneCheck | null {
  if (!isObject(check) || Object.keys(check).length > 2) return null
  const { userId, feature } = check
  if (!isUserId(userId) || typeof feature !== 'string' || !FEATURE_KEY.test(feature)) return null
  return { feature, users: [userId] }
}
