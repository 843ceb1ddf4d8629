import * as z from 'zod'
import {
  createEntitlementBody,
  entitlement,
  entitlementList,
  entitlementsQuery,
  queryEntitlementsQuery,
  reasonBody,
  reasonQuery,
  updateEntitlementBody,
} from '../schemas/entitlements.ts'
import { entitlementId, ofUser } from '../schemas/primitives.ts'
import { userId } from '../user-id.ts'
import { WHO } from '../who.ts'
import { CHANGE_PROBLEMS, creationKey, optionalKey, requiredKey, WRITE_HEADERS } from './change-parts.ts'
import type { AnswerSpec, Operation } from './operation.ts'

const ofEntitlement = z.object({ userId, entitlementId })

const changed: AnswerSpec = { description: 'As it is now', schema: entitlement, headers: WRITE_HEADERS }

/** What stopping an entitlement and letting it go on have in common. */
const REVERSIBLE = {
  method: 'post',
  tag: 'Entitlements',
  who: WHO.writes,
  params: ofEntitlement,
  query: reasonQuery,
  headers: requiredKey,
  body: reasonBody,
  answers: { 200: changed },
  problems: [
    'idempotency_key_missing',
    'entitlement_not_found',
    'managed_by_source',
    'entitlement_revoked',
    ...CHANGE_PROBLEMS,
  ],
} as const

/** What is given to users by hand, and all that they have. */
export const ENTITLEMENT_OPERATIONS = {
  createEntitlement: {
    method: 'post',
    path: '/v4/users/{userId}/entitlements',
    tag: 'Entitlements',
    summary: 'Grant a feature to a user',
    who: WHO.writes,
    params: ofUser,
    headers: creationKey,
    body: createEntitlementBody,
    answers: {
      201: { description: 'Granted', schema: entitlement, headers: [...WRITE_HEADERS, 'Location'] },
    },
    problems: [
      'idempotency_key_missing',
      'entitlement_exists',
      'feature_unknown',
      'feature_archived',
      'value_missing',
      'value_not_allowed',
      'amount_missing',
      'reset_not_allowed',
      'value_not_combinable',
      'amount_not_allowed',
      'amount_too_large',
      'period_impossible',
      'too_many_entitlements',
      ...CHANGE_PROBLEMS,
    ],
  },
  listEntitlements: {
    method: 'get',
    path: '/v4/users/{userId}/entitlements',
    tag: 'Entitlements',
    summary: 'The entitlements of a user, and what everybody has',
    who: WHO.reads,
    params: ofUser,
    query: entitlementsQuery,
    answers: { 200: { description: 'A page, in the order of their ids', schema: entitlementList } },
    problems: ['ledger_unavailable'],
  },
  queryEntitlements: {
    method: 'get',
    path: '/v4/entitlements',
    tag: 'Entitlements',
    summary: 'The entitlements that are recorded of all users and match',
    who: WHO.readsMany,
    query: queryEntitlementsQuery,
    answers: { 200: { description: 'A page, in the order of (userId, id)', schema: entitlementList } },
    problems: ['ledger_unavailable'],
  },
  getEntitlement: {
    method: 'get',
    path: '/v4/users/{userId}/entitlements/{entitlementId}',
    tag: 'Entitlements',
    summary: 'One entitlement',
    who: WHO.reads,
    params: ofEntitlement,
    answers: { 200: { description: 'As it is now', schema: entitlement, headers: ['ETag'] } },
    problems: ['entitlement_not_found', 'ledger_unavailable'],
  },
  updateEntitlement: {
    method: 'patch',
    path: '/v4/users/{userId}/entitlements/{entitlementId}',
    tag: 'Entitlements',
    summary: 'Change the terms of an entitlement',
    who: WHO.writes,
    params: ofEntitlement,
    headers: optionalKey,
    body: updateEntitlementBody,
    answers: { 200: changed },
    problems: [
      'entitlement_not_found',
      'managed_by_source',
      'entitlement_revoked',
      'value_not_allowed',
      'reset_not_allowed',
      'amount_not_allowed',
      'value_not_combinable',
      'amount_too_large',
      'period_impossible',
      ...CHANGE_PROBLEMS,
    ],
  },
  revokeEntitlement: {
    method: 'delete',
    path: '/v4/users/{userId}/entitlements/{entitlementId}',
    tag: 'Entitlements',
    summary: 'Revoke an entitlement, for good',
    who: WHO.writes,
    params: ofEntitlement,
    query: reasonQuery,
    headers: optionalKey,
    body: reasonBody,
    answers: { 200: changed },
    problems: ['entitlement_not_found', 'managed_by_source', ...CHANGE_PROBLEMS],
  },
  suspendEntitlement: {
    ...REVERSIBLE,
    path: '/v4/users/{userId}/entitlements/{entitlementId}/suspend',
    summary: 'Stop an entitlement until it is resumed',
  },
  resumeEntitlement: {
    ...REVERSIBLE,
    path: '/v4/users/{userId}/entitlements/{entitlementId}/resume',
    summary: 'Let a suspended entitlement go on',
  },
} as const satisfies Record<string, Operation>
