import * as z from 'zod'
import {
  catalogQuery,
  feature,
  featureList,
  productAnswer,
  productList,
  putFeatureBody,
  putProductBody,
} from './catalog.ts'
import { accessList, check, checkQuery, checksAnswer, checksBody } from './checks.ts'
import {
  createEntitlementBody,
  entitlement,
  entitlementList,
  entitlementsQuery,
  queryEntitlementsQuery,
  reasonQuery,
  updateEntitlementBody,
} from './entitlements.ts'
import { ledgerPage, ledgerQuery, verdict } from './history.ts'
import type { AnswerSpec, Operation } from './operation.ts'
import { entitlementId, featureKey, productId, userId } from './primitives.ts'

const ofUser = z.object({ userId })
const ofEntitlement = z.object({ userId, entitlementId })
const ofFeature = z.object({ key: featureKey })
const ofProduct = z.object({ productId })

const ifMatch = z
  .string()
  .regex(/^"(0|[1-9][0-9]{0,15})"$/, 'is not one version in double quotes')
  .transform((etag) => Number(etag.slice(1, -1)))
  .optional()
  .meta({ description: 'The ETag that the change rests on, such as "7"' })

const idempotencyKey = z
  .string('is missing: make one before the first try, and send the same on every retry')
  .regex(/^[!-~]{1,255}$/, '1 to 255 visible ASCII characters')

const required = z.object({
  'idempotency-key': idempotencyKey.meta({
    description: 'The same value on every retry of the same request',
  }),
  'if-match': ifMatch,
})
const optional = required.partial({ 'idempotency-key': true })

const written = ['ETag', 'Ledger-Head', 'Idempotent-Replayed'] as const
const changed: AnswerSpec = { description: 'As it is now', schema: entitlement, headers: written }

const writes = { type: 'scope', scope: 'entitlements:write' } as const
const reads = { type: 'scope_or_self', scope: 'entitlements:read' } as const
const checks = { type: 'scope_or_self', scope: 'access:check' } as const
const readsLedger = { type: 'scope_or_self', scope: 'ledger:read' } as const
const readsCatalog = { type: 'scope', scope: 'catalog:read' } as const
const writesCatalog = { type: 'scope', scope: 'catalog:write' } as const

/** Every operation of the API, by its id. */
export const OPERATIONS = {
  checkAccess: {
    method: 'get',
    path: '/v4/users/{userId}/access/{feature}',
    tag: 'Checks',
    summary: 'May this user use this feature?',
    who: checks,
    params: z.object({ userId, feature: featureKey }),
    query: checkQuery,
    answers: { 200: { description: 'Yes or no', schema: check, headers: ['Server-Timing'] } },
    problems: ['version_unknown', 'ledger_unavailable'],
  },
  listAccess: {
    method: 'get',
    path: '/v4/users/{userId}/access',
    tag: 'Checks',
    summary: 'All features of a user at once',
    who: checks,
    params: ofUser,
    query: checkQuery,
    answers: { 200: { description: 'A yes or no for each', schema: accessList, headers: ['Server-Timing'] } },
    problems: ['version_unknown', 'ledger_unavailable'],
  },
  checkMany: {
    method: 'post',
    path: '/v4/checks',
    tag: 'Checks',
    summary: 'Up to a hundred checks in one request',
    who: { type: 'scope', scope: 'access:check' },
    body: checksBody,
    answers: {
      200: { description: 'A check or a problem for each', schema: checksAnswer, headers: ['Server-Timing'] },
    },
    problems: [],
  },
  createEntitlement: {
    method: 'post',
    path: '/v4/users/{userId}/entitlements',
    tag: 'Entitlements',
    summary: 'Grant a feature to a user',
    who: writes,
    params: ofUser,
    headers: required,
    body: createEntitlementBody,
    answers: { 201: { description: 'Granted', schema: entitlement, headers: [...written, 'Location'] } },
    problems: [
      'idempotency_key_missing',
      'entitlement_exists',
      'precondition_failed',
      'idempotency_key_reused',
      'feature_unknown',
      'feature_archived',
      'value_missing',
      'value_not_allowed',
      'period_impossible',
      'too_many_entitlements',
      'overloaded',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  listEntitlements: {
    method: 'get',
    path: '/v4/users/{userId}/entitlements',
    tag: 'Entitlements',
    summary: 'The entitlements of a user',
    who: reads,
    params: ofUser,
    query: entitlementsQuery,
    answers: { 200: { description: 'A page, in the order of their ids', schema: entitlementList } },
    problems: ['ledger_unavailable'],
  },
  queryEntitlements: {
    method: 'get',
    path: '/v4/entitlements',
    tag: 'Entitlements',
    summary: 'The entitlements of all users that match',
    who: { type: 'scope', scope: 'entitlements:read' },
    query: queryEntitlementsQuery,
    answers: { 200: { description: 'A page, in the order of (userId, id)', schema: entitlementList } },
    problems: ['ledger_unavailable'],
  },
  getEntitlement: {
    method: 'get',
    path: '/v4/users/{userId}/entitlements/{entitlementId}',
    tag: 'Entitlements',
    summary: 'One entitlement',
    who: reads,
    params: ofEntitlement,
    answers: { 200: { description: 'As it is now', schema: entitlement, headers: ['ETag'] } },
    problems: ['entitlement_not_found', 'ledger_unavailable'],
  },
  updateEntitlement: {
    method: 'patch',
    path: '/v4/users/{userId}/entitlements/{entitlementId}',
    tag: 'Entitlements',
    summary: 'Change the terms of an entitlement',
    who: writes,
    params: ofEntitlement,
    headers: optional,
    body: updateEntitlementBody,
    answers: { 200: changed },
    problems: [
      'entitlement_not_found',
      'managed_by_source',
      'entitlement_revoked',
      'precondition_failed',
      'idempotency_key_reused',
      'value_not_allowed',
      'period_impossible',
      'overloaded',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  revokeEntitlement: {
    method: 'delete',
    path: '/v4/users/{userId}/entitlements/{entitlementId}',
    tag: 'Entitlements',
    summary: 'Revoke an entitlement, for good',
    who: writes,
    params: ofEntitlement,
    query: reasonQuery,
    headers: optional,
    answers: { 200: changed },
    problems: [
      'entitlement_not_found',
      'precondition_failed',
      'idempotency_key_reused',
      'overloaded',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  suspendEntitlement: {
    method: 'post',
    path: '/v4/users/{userId}/entitlements/{entitlementId}/suspend',
    tag: 'Entitlements',
    summary: 'Stop an entitlement until it is resumed',
    who: writes,
    params: ofEntitlement,
    query: reasonQuery,
    headers: required,
    answers: { 200: changed },
    problems: [
      'idempotency_key_missing',
      'entitlement_not_found',
      'entitlement_revoked',
      'precondition_failed',
      'idempotency_key_reused',
      'overloaded',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  resumeEntitlement: {
    method: 'post',
    path: '/v4/users/{userId}/entitlements/{entitlementId}/resume',
    tag: 'Entitlements',
    summary: 'Let a suspended entitlement go on',
    who: writes,
    params: ofEntitlement,
    query: reasonQuery,
    headers: required,
    answers: { 200: changed },
    problems: [
      'idempotency_key_missing',
      'entitlement_not_found',
      'entitlement_revoked',
      'precondition_failed',
      'idempotency_key_reused',
      'overloaded',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  listLedger: {
    method: 'get',
    path: '/v4/users/{userId}/ledger',
    tag: 'Ledger',
    summary: 'The history of a user, entry by entry',
    who: readsLedger,
    params: ofUser,
    query: ledgerQuery,
    answers: { 200: { description: 'A page of entries', schema: ledgerPage } },
    problems: ['ledger_unavailable'],
  },
  verifyLedger: {
    method: 'get',
    path: '/v4/users/{userId}/ledger/verify',
    tag: 'Ledger',
    summary: 'Prove that nothing of a user’s history was changed',
    who: readsLedger,
    params: ofUser,
    answers: { 200: { description: 'Intact, or the first entry that is wrong and how', schema: verdict } },
    problems: ['ledger_unavailable'],
  },
  putFeature: {
    method: 'put',
    path: '/v4/features/{key}',
    tag: 'Catalog',
    summary: 'Create or rename a feature',
    who: writesCatalog,
    params: ofFeature,
    body: putFeatureBody,
    answers: {
      200: { description: 'It was there', schema: feature, headers: ['ETag'] },
      201: { description: 'Created', schema: feature, headers: ['ETag'] },
    },
    problems: ['feature_type_differs', 'ledger_unavailable', 'outcome_unknown'],
  },
  getFeature: {
    method: 'get',
    path: '/v4/features/{key}',
    tag: 'Catalog',
    summary: 'One feature',
    who: readsCatalog,
    params: ofFeature,
    answers: { 200: { description: 'As it is now', schema: feature, headers: ['ETag'] } },
    problems: ['feature_not_found', 'ledger_unavailable'],
  },
  archiveFeature: {
    method: 'delete',
    path: '/v4/features/{key}',
    tag: 'Catalog',
    summary: 'Archive a feature: it takes no new entitlements',
    who: writesCatalog,
    params: ofFeature,
    answers: { 200: { description: 'Archived', schema: feature, headers: ['ETag'] } },
    problems: ['feature_not_found', 'ledger_unavailable', 'outcome_unknown'],
  },
  listFeatures: {
    method: 'get',
    path: '/v4/features',
    tag: 'Catalog',
    summary: 'All features',
    who: readsCatalog,
    query: catalogQuery,
    answers: { 200: { description: 'A page, in the order of their keys', schema: featureList } },
    problems: ['ledger_unavailable'],
  },
  putProduct: {
    method: 'put',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'Create or replace a product',
    who: writesCatalog,
    params: ofProduct,
    body: putProductBody,
    answers: {
      200: { description: 'Replaced', schema: productAnswer, headers: ['ETag'] },
      201: { description: 'Created', schema: productAnswer, headers: ['ETag'] },
    },
    problems: [
      'reference_taken',
      'feature_unknown',
      'feature_archived',
      'value_missing',
      'value_not_allowed',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  getProduct: {
    method: 'get',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'One product',
    who: readsCatalog,
    params: ofProduct,
    answers: { 200: { description: 'As it is now', schema: productAnswer, headers: ['ETag'] } },
    problems: ['product_not_found', 'ledger_unavailable'],
  },
  archiveProduct: {
    method: 'delete',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'Archive a product: it is no longer sold',
    who: writesCatalog,
    params: ofProduct,
    answers: { 200: { description: 'Archived', schema: productAnswer, headers: ['ETag'] } },
    problems: ['product_not_found', 'ledger_unavailable', 'outcome_unknown'],
  },
  listProducts: {
    method: 'get',
    path: '/v4/products',
    tag: 'Catalog',
    summary: 'All products',
    who: readsCatalog,
    query: catalogQuery,
    answers: { 200: { description: 'A page, in the order of their ids', schema: productList } },
    problems: ['ledger_unavailable'],
  },
  getHealth: {
    method: 'get',
    path: '/healthz',
    tag: 'Service',
    summary: 'Whether the Worker answers',
    who: { type: 'anyone' },
    answers: { 200: { description: 'It does', schema: z.strictObject({ status: z.literal('ok') }) } },
    problems: [],
  },
  getReadiness: {
    method: 'get',
    path: '/readyz',
    tag: 'Service',
    summary: 'Whether D1, KV and the configuration are there',
    who: { type: 'anyone' },
    answers: { 200: { description: 'They are', schema: z.strictObject({ status: z.literal('ready') }) } },
    problems: ['misconfigured', 'ledger_unavailable'],
  },
  getOpenApi: {
    method: 'get',
    path: '/openapi.json',
    tag: 'Service',
    summary: 'This document',
    who: { type: 'anyone' },
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    problems: [],
  },
  getDocs: {
    method: 'get',
    path: '/docs',
    tag: 'Service',
    summary: 'This document in a browser',
    who: { type: 'anyone' },
    answers: { 200: { description: 'HTML', schema: null } },
    problems: [],
  },
  getProblems: {
    method: 'get',
    path: '/docs/problems',
    tag: 'Service',
    summary: 'Every problem code, explained',
    who: { type: 'anyone' },
    answers: { 200: { description: 'HTML', schema: null } },
    problems: [],
  },
} as const satisfies Record<string, Operation>
