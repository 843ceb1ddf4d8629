import * as z from 'zod'
import { reasonBody, reasonQuery } from '../schemas/entitlements.ts'
import { changePlanBody, givePlanBody, ofPlan, plan, planList } from '../schemas/plans.ts'
import { cursor, limit, ofUser } from '../schemas/primitives.ts'
import { WHO } from '../who.ts'
import { CHANGE_PROBLEMS, creationKey, optionalKey, WRITE_HEADERS } from './change-parts.ts'
import type { AnswerSpec, Operation } from './operation.ts'

const changed: AnswerSpec = { description: 'As it is now', schema: plan, headers: WRITE_HEADERS }

/** Whole products that are given to users by hand. */
export const PLAN_OPERATIONS = {
  givePlan: {
    method: 'post',
    path: '/v4/users/{userId}/products',
    tag: 'Entitlements',
    summary: 'Give a whole product to a user by hand: a plan',
    who: WHO.writes,
    params: ofUser,
    headers: creationKey,
    body: givePlanBody,
    answers: { 201: { description: 'Given', schema: plan, headers: [...WRITE_HEADERS, 'Location'] } },
    problems: [
      'idempotency_key_missing',
      'plan_exists',
      'product_unknown',
      'product_archived',
      'period_impossible',
      'too_many_entitlements',
      ...CHANGE_PROBLEMS,
    ],
  },
  listPlans: {
    method: 'get',
    path: '/v4/users/{userId}/products',
    tag: 'Entitlements',
    summary: 'The plans of a user, those that are over too',
    who: WHO.readsPlans,
    params: ofUser,
    query: z.strictObject({ limit, cursor: cursor.optional() }),
    answers: { 200: { description: 'A page, in the order of their sourceRef', schema: planList } },
    problems: ['ledger_unavailable'],
  },
  getPlan: {
    method: 'get',
    path: '/v4/users/{userId}/products/{sourceRef}',
    tag: 'Entitlements',
    summary: 'One plan',
    who: WHO.readsPlans,
    params: ofPlan,
    answers: { 200: { description: 'As it is now', schema: plan, headers: ['ETag'] } },
    problems: ['plan_not_found', 'ledger_unavailable'],
  },
  changePlan: {
    method: 'put',
    path: '/v4/users/{userId}/products/{sourceRef}',
    tag: 'Entitlements',
    summary: 'Say what a plan is from now on; what was used stays used',
    who: WHO.writes,
    params: ofPlan,
    headers: optionalKey,
    body: changePlanBody,
    answers: { 200: changed },
    problems: [
      'plan_not_found',
      'plan_ended',
      'product_unknown',
      'product_archived',
      'period_impossible',
      'too_many_entitlements',
      ...CHANGE_PROBLEMS,
    ],
  },
  endPlan: {
    method: 'delete',
    path: '/v4/users/{userId}/products/{sourceRef}',
    tag: 'Entitlements',
    summary: 'End a plan now, for good',
    who: WHO.writes,
    params: ofPlan,
    query: reasonQuery,
    headers: optionalKey,
    body: reasonBody,
    answers: { 200: changed },
    problems: ['plan_not_found', ...CHANGE_PROBLEMS],
  },
} as const satisfies Record<string, Operation>
