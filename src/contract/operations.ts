import * as z from 'zod'
import {
  catalogQuery,
  feature,
  featureList,
  productInFull,
  productList,
  putFeatureBody,
  putProductBody,
  putProductQuery,
} from './catalog.ts'
import {
  customer,
  customerQuery,
  inboxEvent,
  inboxList,
  inboxQuery,
  ofCustomer,
  ofInboxEvent,
  putCustomerBody,
  webhookReceipt,
} from './checkout.ts'
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
import { entitlementId, featureKey, productId, provider, userId } from './primitives.ts'

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
const keyed = required.pick({ 'idempotency-key': true })

const written = ['ETag', 'Ledger-Head', 'Idempotent-Replayed'] as const
const changed: AnswerSpec = { description: 'As it is now', schema: entitlement, headers: written }

/** What any change of one user's ledger may answer. */
const CHANGE_PROBLEMS = [
  'precondition_failed',
  'idempotency_key_reused',
  'overloaded',
  'ledger_unavailable',
  'outcome_unknown',
] as const

const writes = { type: 'scope', scope: 'entitlements:write' } as const
const reads = { type: 'scope_or_self', scope: 'entitlements:read' } as const
const checks = { type: 'scope_or_self', scope: 'access:check' } as const
const readsLedger = { type: 'scope_or_self', scope: 'ledger:read' } as const
const readsCatalog = { type: 'scope', scope: 'catalog:read' } as const
const writesCatalog = { type: 'scope', scope: 'catalog:write' } as const
const managesInbox = { type: 'scope', scope: 'inbox:manage' } as const

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
      'feature_unknown',
      'feature_archived',
      'value_missing',
      'value_not_allowed',
      'period_impossible',
      'too_many_entitlements',
      ...CHANGE_PROBLEMS,
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
      'value_not_allowed',
      'period_impossible',
      ...CHANGE_PROBLEMS,
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
    problems: ['entitlement_not_found', ...CHANGE_PROBLEMS],
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
    problems: ['idempotency_key_missing', 'entitlement_not_found', 'entitlement_revoked', ...CHANGE_PROBLEMS],
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
    problems: ['idempotency_key_missing', 'entitlement_not_found', 'entitlement_revoked', ...CHANGE_PROBLEMS],
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
    query: putProductQuery,
    body: putProductBody,
    answers: {
      200: { description: 'Replaced', schema: productInFull, headers: ['ETag'] },
      201: { description: 'Created', schema: productInFull, headers: ['ETag'] },
    },
    problems: [
      'reference_taken',
      'would_revoke',
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
    answers: { 200: { description: 'As it is now', schema: productInFull, headers: ['ETag'] } },
    problems: ['product_not_found', 'ledger_unavailable'],
  },
  archiveProduct: {
    method: 'delete',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'Archive a product: it is no longer sold, and what was bought stays',
    who: writesCatalog,
    params: ofProduct,
    answers: { 200: { description: 'Archived', schema: productInFull, headers: ['ETag'] } },
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
  listInbox: {
    method: 'get',
    path: '/v4/inbox',
    tag: 'Checkout',
    summary: 'The events that providers sent, the newest first',
    who: managesInbox,
    query: inboxQuery,
    answers: { 200: { description: 'A page', schema: inboxList } },
    problems: ['ledger_unavailable'],
  },
  getInboxEvent: {
    method: 'get',
    path: '/v4/inbox/{id}',
    tag: 'Checkout',
    summary: 'One event, what it says and what became of it',
    who: managesInbox,
    params: ofInboxEvent,
    answers: { 200: { description: 'As it is now', schema: inboxEvent } },
    problems: ['inbox_event_not_found', 'ledger_unavailable'],
  },
  replayInboxEvent: {
    method: 'post',
    path: '/v4/inbox/{id}/replay',
    tag: 'Checkout',
    summary: 'Process an event again: what it already did is not done twice, whatever the key',
    who: managesInbox,
    params: ofInboxEvent,
    headers: keyed,
    answers: { 202: { description: 'It is processed from now on', schema: inboxEvent } },
    problems: [
      'idempotency_key_missing',
      'inbox_event_not_found',
      'body_dropped',
      'ledger_unavailable',
      'outcome_unknown',
    ],
  },
  putCustomer: {
    method: 'put',
    path: '/v4/customers/{provider}/{customerId}',
    tag: 'Checkout',
    summary: 'Say which user a provider’s customer is; what the customer bought moves to that user',
    who: managesInbox,
    params: ofCustomer,
    body: putCustomerBody,
    answers: {
      200: { description: 'Linked before, now to this user', schema: customer },
      201: { description: 'Linked', schema: customer },
    },
    problems: ['ledger_unavailable', 'outcome_unknown'],
  },
  getCustomer: {
    method: 'get',
    path: '/v4/customers/{provider}/{customerId}',
    tag: 'Checkout',
    summary: 'Which user a provider’s customer is',
    who: managesInbox,
    params: ofCustomer,
    query: customerQuery,
    answers: { 200: { description: 'As it is now', schema: customer } },
    problems: ['customer_not_found', 'ledger_unavailable'],
  },
  deleteCustomer: {
    method: 'delete',
    path: '/v4/customers/{provider}/{customerId}',
    tag: 'Checkout',
    summary: 'Forget whose a customer is; what was bought stays where it is',
    who: managesInbox,
    params: ofCustomer,
    query: customerQuery,
    answers: { 200: { description: 'As it was', schema: customer } },
    problems: ['customer_not_found', 'customer_moving', 'ledger_unavailable', 'outcome_unknown'],
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

/** What providers ask, whose signatures stand in for a token: it is carried out before any route. */
export const WEBHOOKS = {
  receiveWebhook: {
    method: 'post',
    path: '/webhooks/{provider}',
    tag: 'Checkout',
    summary: 'Receive an event of a provider, signed as that provider signs',
    who: { type: 'anyone' },
    params: z.object({ provider }),
    foreignBody: true,
    answers: {
      200: { description: 'The event is kept, now or since an earlier delivery', schema: webhookReceipt },
    },
    problems: ['signature_invalid', 'not_found', 'too_large', 'ledger_unavailable'],
  },
} as const satisfies Record<string, Operation>
