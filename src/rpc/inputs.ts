import * as z from 'zod'
import { OPERATIONS } from '../contract/operations/operations.ts'
import { anyOf, withoutVersion } from '../contract/schemas/any-of.ts'
import { checksBody } from '../contract/schemas/checks.ts'
import {
  createEntitlementBody,
  entitlementsQuery,
  namesWhich,
  queryEntitlementsQuery,
  reasonQuery,
  updateEntitlementBody,
} from '../contract/schemas/entitlements.ts'
import { ofFeatureQuery, releaseHolderBody, renewBody } from '../contract/schemas/holders.ts'
import { ledgerQuery } from '../contract/schemas/ledger.ts'
import { amount } from '../contract/schemas/metered.ts'
import { passportBody } from '../contract/schemas/passports.ts'
import { entitlementId, featureKey, isOtherwiseRight, version } from '../contract/schemas/primitives.ts'
import { changePlanBody, givePlanBody, ofPlan } from '../contract/schemas/plans.ts'
import { ofPurchase, purchaseQuery } from '../contract/schemas/purchases.ts'
import {
  commitBody,
  consumeAnyBody,
  consumeBody,
  consumptionId,
  reservationId,
  reserveBody,
  reverseBody,
} from '../contract/schemas/usage.ts'
import { userId } from '../contract/user-id.ts'

// What each method takes: one object, in which stands whatever HTTP spreads over path, query, headers and body.

const { consistency, maxAge, minCatalogVersion } = checksBody.shape
const freshness = { consistency, maxAge, minVersion: version.optional(), minCatalogVersion }

const idempotencyKey = OPERATIONS.createEntitlement.headers.shape['idempotency-key']
const ifVersion = version.optional()

const limit = z.int().min(1).max(100).default(50)

export const checkInput = z.strictObject({
  userId,
  feature: featureKey,
  amount: amount.optional(),
  ...freshness,
})

const checkOfSeveral = checkInput.omit({ userId: true, minVersion: true }).extend({ anyOf })

/** What is prepared before it is read has no type to write it by. */
export type CheckOfSeveral = z.input<typeof checkOfSeveral>

export const checkAnyInput = z.preprocess(withoutVersion, checkOfSeveral)

export const checkManyInput = checksBody

export const accessInput = z.strictObject({ userId, ...freshness, all: z.boolean().optional() })

export const grantInput = createEntitlementBody.extend({ userId, idempotencyKey, ifVersion })

export const revokeInput = z.strictObject({
  userId,
  entitlementId,
  reason: reasonQuery.shape.reason,
  idempotencyKey: idempotencyKey.optional(),
  ifVersion,
})

const NAMES = { userId, entitlementId, idempotencyKey: idempotencyKey.optional(), ifVersion }

export const updateInput = z
  .strictObject({ ...updateEntitlementBody.shape, ...NAMES })
  .refine((asked) => Object.keys(asked).some((name) => !(name in NAMES)), {
    error: 'changes nothing',
    when: isOtherwiseRight,
  })

/** Of what suspends and resumes, which may be done more than once. */
export const reversibleInput = revokeInput.extend({ idempotencyKey })

export const entitlementInput = z.strictObject({ userId, entitlementId })

export const entitlementsInput = entitlementsQuery.extend({ userId, limit })

export const queryEntitlementsInput = z
  .strictObject({ ...queryEntitlementsQuery.shape, limit })
  .refine(namesWhich.test, namesWhich.told)

export const givePlanInput = givePlanBody.safeExtend({ userId, idempotencyKey, ifVersion })

export const changePlanInput = changePlanBody.extend({
  ...ofPlan.shape,
  idempotencyKey: idempotencyKey.optional(),
  ifVersion,
})

export const endPlanInput = revokeInput.omit({ entitlementId: true }).extend(ofPlan.shape)

export const consumeInput = consumeBody.safeExtend({ userId, idempotencyKey })

export const releaseHolderInput = releaseHolderBody.extend({ userId, idempotencyKey })

export const consumeAnyInput = consumeAnyBody.safeExtend({ idempotencyKey })

export const reverseInput = reverseBody.extend({ userId, consumptionId, idempotencyKey })

export const reserveInput = reserveBody.safeExtend({ userId, idempotencyKey })

export const reservationInput = z.strictObject({ userId, reservationId })

/** Of who holds what, and of what is reserved. */
export const ofFeatureInput = ofFeatureQuery.extend({ userId, limit })

export const renewInput = renewBody.extend({ userId, reservationId })

export const commitInput = commitBody.extend({ userId, reservationId, idempotencyKey })

export const releaseInput = z.strictObject({
  userId,
  reservationId,
  reason: reasonQuery.shape.reason,
  idempotencyKey,
})

export const balancesInput = z.strictObject({ userId, ...freshness, feature: featureKey.optional() })

export const planInput = z.strictObject(ofPlan.shape)

export const plansInput = z.strictObject({ userId, limit, cursor: ledgerQuery.shape.cursor })

export const ledgerInput = ledgerQuery.extend({ userId, limit })

export const purchaseInput = z.strictObject({ ...ofPurchase.shape, ...purchaseQuery.shape })

export const passportInput = passportBody.extend({ userId })
