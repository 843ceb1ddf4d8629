import * as z from 'zod'
import {
  accessList,
  accessListQuery,
  check,
  checkAnyQuery,
  checkOneQuery,
  checksAnswer,
  checksBody,
} from '../schemas/checks.ts'
import { plainChecks } from '../schemas/plain-checks.ts'
import { featureKey, ofUser } from '../schemas/primitives.ts'
import { userId } from '../user-id.ts'
import { WHO } from '../who.ts'
import type { Operation } from './operation.ts'

/** May a user use a feature? */
export const CHECK_OPERATIONS = {
  checkAccess: {
    method: 'get',
    path: '/v4/users/{userId}/access/{feature}',
    tag: 'Checks',
    summary: 'May this user use this feature?',
    who: WHO.checks,
    params: z.object({ userId, feature: featureKey }),
    query: checkOneQuery,
    answers: { 200: { description: 'Yes or no', schema: check, headers: ['Server-Timing'] } },
    problems: ['version_unknown', 'ledger_unavailable'],
  },
  checkAny: {
    method: 'get',
    path: '/v4/access/{feature}',
    tag: 'Checks',
    summary: 'Which of several users may use this feature, the first that may?',
    who: WHO.checksMany,
    params: z.object({ feature: featureKey }),
    query: checkAnyQuery,
    answers: {
      200: {
        description: 'The yes of the first who may, or the no that is the nearest miss',
        schema: check,
        headers: ['Server-Timing'],
      },
    },
    problems: ['version_unknown', 'ledger_unavailable'],
  },
  listAccess: {
    method: 'get',
    path: '/v4/users/{userId}/access',
    tag: 'Checks',
    summary: 'All features of a user at once',
    who: WHO.checks,
    params: ofUser,
    query: accessListQuery,
    answers: {
      200: { description: 'A yes or no for each', schema: accessList, headers: ['Date', 'Server-Timing'] },
    },
    problems: ['version_unknown', 'ledger_unavailable'],
  },
  checkMany: {
    method: 'post',
    path: '/v4/checks',
    tag: 'Checks',
    summary: 'Up to a hundred checks in one request',
    who: WHO.checksMany,
    body: checksBody,
    plainBody: plainChecks,
    answers: {
      200: { description: 'A check or a problem for each', schema: checksAnswer, headers: ['Server-Timing'] },
    },
    problems: [],
  },
} as const satisfies Record<string, Operation>
