import * as z from 'zod'
import {
  evaluationBody,
  evaluationFailure,
  evaluationHeaders,
  evaluationQuery,
  flag,
  flagList,
} from '../schemas/flags.ts'
import { WHO } from '../who.ts'
import type { Operation } from './operation.ts'

/** The context is the application's, which may hold anything, and nothing of it is looked at. */
const BODY_BYTES_MAX = 16 * 1024

/** The statuses whose bodies OFREP says. */
const FAILURE = { schema: evaluationFailure, statuses: [400, 404, 500] }

/** The checks once more as the OpenFeature Remote Evaluation Protocol says them. */
export const FLAG_OPERATIONS = {
  evaluateFlag: {
    method: 'post',
    path: '/ofrep/v1/evaluate/flags/{key}',
    tag: 'Checks',
    summary: 'A feature as a flag of OpenFeature (OFREP)',
    who: WHO.checksMany,
    // Any text: what can be no feature is none that there is.
    params: z.object({ key: z.string() }),
    body: evaluationBody,
    bodyBytesMax: BODY_BYTES_MAX,
    answers: { 200: { description: 'Yes, no or a value', schema: flag, headers: ['Server-Timing'] } },
    problems: ['feature_not_found', 'ledger_unavailable'],
    failure: FAILURE,
  },
  evaluateFlags: {
    method: 'post',
    path: '/ofrep/v1/evaluate/flags',
    tag: 'Checks',
    summary: 'All features of the catalog as flags of OpenFeature (OFREP)',
    who: WHO.checksMany,
    query: evaluationQuery,
    headers: evaluationHeaders,
    body: evaluationBody,
    bodyBytesMax: BODY_BYTES_MAX,
    answers: {
      200: {
        description: 'Each feature, whether the user has something of it or not',
        schema: flagList,
        headers: ['ETag', 'Server-Timing'],
      },
      304: {
        description: 'All of them are as they were with that tag',
        schema: null,
        isEmpty: true,
        headers: ['ETag', 'Server-Timing'],
      },
    },
    problems: ['ledger_unavailable'],
    failure: FAILURE,
  },
} as const satisfies Record<string, Operation>
