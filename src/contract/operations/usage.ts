import * as z from 'zod'
import { reasonBody, reasonQuery } from '../schemas/entitlements.ts'
import { ofUser } from '../schemas/primitives.ts'
import {
  balanceList,
  balancesQuery,
  commitBody,
  consumeAnyBody,
  consumeBody,
  consumption,
  consumptionId,
  releasedReservation,
  reservation,
  reservationId,
  reserveBody,
  reversal,
  reverseBody,
} from '../schemas/usage.ts'
import { userId } from '../user-id.ts'
import { WHO } from '../who.ts'
import { CHANGE_PROBLEMS, keyOnly, WRITE_HEADERS } from './change-parts.ts'
import type { Operation } from './operation.ts'

const ofConsumption = z.object({ userId, consumptionId })
const ofReservation = z.object({ userId, reservationId })

/** To take of a feature, or to reserve. */
const DECIDED = [
  'feature_unknown',
  'feature_not_metered',
  'feature_disabled',
  'insufficient_balance',
  'amount_too_large',
  'holder_missing',
  'holder_exists',
  'too_many_holders',
] as const

/** What an earlier reservation can be. */
export const RESOLVED = [
  'reservation_not_found',
  'reservation_already_committed',
  'reservation_already_released',
  'reservation_already_expired',
  'reservation_moved',
] as const

/** What any change of usage may answer. */
export const USAGE_PROBLEMS = [
  'idempotency_key_missing',
  ...CHANGE_PROBLEMS.filter((code) => code !== 'precondition_failed'),
] as const

/** What is asked of metered features. */
export const USAGE_OPERATIONS = {
  consume: {
    method: 'post',
    path: '/v4/users/{userId}/consumptions',
    tag: 'Usage',
    summary: 'Spend some of a metered feature, if it is there',
    who: WHO.writesUsage,
    params: ofUser,
    headers: keyOnly,
    body: consumeBody,
    answers: {
      200: { description: 'The holder has it already', schema: consumption, headers: WRITE_HEADERS },
      201: { description: 'Spent', schema: consumption, headers: WRITE_HEADERS },
    },
    problems: [...DECIDED, ...USAGE_PROBLEMS],
  },
  consumeAny: {
    method: 'post',
    path: '/v4/consumptions',
    tag: 'Usage',
    summary: 'Spend of the first of several users who has enough',
    who: WHO.writesUsageOfMany,
    headers: keyOnly,
    body: consumeAnyBody,
    answers: {
      200: {
        description: 'The holder has it already, of the `userId` that is answered',
        schema: consumption,
        headers: WRITE_HEADERS,
      },
      201: {
        description: 'Spent, of the `userId` that is answered',
        schema: consumption,
        headers: WRITE_HEADERS,
      },
    },
    problems: [...DECIDED, ...USAGE_PROBLEMS],
  },
  reverseConsumption: {
    method: 'post',
    path: '/v4/users/{userId}/consumptions/{consumptionId}/reversals',
    tag: 'Usage',
    summary: 'Give back what was spent, in whole or in part',
    who: WHO.writesUsage,
    params: ofConsumption,
    headers: keyOnly,
    body: reverseBody,
    answers: {
      201: { description: 'Back in the lots that it was taken of', schema: reversal, headers: WRITE_HEADERS },
    },
    problems: [
      'consumption_not_found',
      'reversal_exceeds_consumption',
      'consumption_moved',
      ...USAGE_PROBLEMS,
    ],
  },
  reserve: {
    method: 'post',
    path: '/v4/users/{userId}/reservations',
    tag: 'Usage',
    summary: 'Hold some of a metered feature for a while',
    who: WHO.writesUsage,
    params: ofUser,
    headers: keyOnly,
    body: reserveBody,
    answers: {
      200: { description: 'The holder has it already', schema: reservation, headers: WRITE_HEADERS },
      201: { description: 'Held', schema: reservation, headers: WRITE_HEADERS },
    },
    problems: [...DECIDED, 'too_many_reservations', ...USAGE_PROBLEMS],
  },
  commitReservation: {
    method: 'post',
    path: '/v4/users/{userId}/reservations/{reservationId}/commit',
    tag: 'Usage',
    summary: 'Spend what is held, or a part of it',
    who: WHO.writesUsage,
    params: ofReservation,
    headers: keyOnly,
    body: commitBody,
    answers: {
      201: { description: 'Spent; the rest is free again', schema: consumption, headers: WRITE_HEADERS },
    },
    problems: [...RESOLVED, 'commit_exceeds_reservation', ...USAGE_PROBLEMS],
  },
  releaseReservation: {
    method: 'post',
    path: '/v4/users/{userId}/reservations/{reservationId}/release',
    tag: 'Usage',
    summary: 'Let go of what is held',
    who: WHO.writesUsage,
    params: ofReservation,
    query: reasonQuery,
    headers: keyOnly,
    body: reasonBody,
    answers: { 200: { description: 'Free again', schema: releasedReservation, headers: WRITE_HEADERS } },
    problems: [...RESOLVED, ...USAGE_PROBLEMS],
  },
  listBalances: {
    method: 'get',
    path: '/v4/users/{userId}/balances',
    tag: 'Usage',
    summary: 'What is left of metered features, lot by lot',
    who: WHO.checks,
    params: ofUser,
    query: balancesQuery,
    answers: {
      200: { description: 'Advice, as of `asOf`', schema: balanceList, headers: ['Server-Timing'] },
    },
    problems: ['version_unknown', 'ledger_unavailable'],
  },
} as const satisfies Record<string, Operation>
