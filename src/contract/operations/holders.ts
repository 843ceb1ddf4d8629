import * as z from 'zod'
import {
  holderList,
  knownReservation,
  ofFeatureQuery,
  releaseHolderBody,
  renewBody,
  reservationList,
} from '../schemas/holders.ts'
import { ofUser } from '../schemas/primitives.ts'
import { releasedReservation, reservation, reservationId, reversal } from '../schemas/usage.ts'
import { userId } from '../user-id.ts'
import { WHO } from '../who.ts'
import { keyOnly, WRITE_HEADERS } from './change-parts.ts'
import type { Operation } from './operation.ts'
import { RESOLVED, USAGE_PROBLEMS } from './usage.ts'

const ofReservation = z.object({ userId, reservationId })

/** Who has what of metered features, until they let go of it or their lease lapses. */
export const HOLDER_OPERATIONS = {
  listHolders: {
    method: 'get',
    path: '/v4/users/{userId}/holders',
    tag: 'Usage',
    summary: 'Who holds what, until it is let go of',
    who: WHO.readsUsage,
    params: ofUser,
    query: ofFeatureQuery,
    answers: { 200: { description: 'A page, those first who took it first', schema: holderList } },
    problems: ['ledger_unavailable'],
  },
  releaseHolder: {
    method: 'post',
    path: '/v4/users/{userId}/holders/release',
    tag: 'Usage',
    summary: 'Let go of all that a holder has of a held feature',
    who: WHO.writesUsage,
    params: ofUser,
    headers: keyOnly,
    body: releaseHolderBody,
    answers: {
      200: { description: 'A lease that is free again', schema: releasedReservation, headers: WRITE_HEADERS },
      201: { description: 'What was held is free again', schema: reversal, headers: WRITE_HEADERS },
    },
    problems: ['holder_not_found', ...USAGE_PROBLEMS],
  },
  listReservations: {
    method: 'get',
    path: '/v4/users/{userId}/reservations',
    tag: 'Usage',
    summary: 'The reservations that are open',
    who: WHO.readsUsage,
    params: ofUser,
    query: ofFeatureQuery,
    answers: { 200: { description: 'A page, those first that were made first', schema: reservationList } },
    problems: ['ledger_unavailable'],
  },
  getReservation: {
    method: 'get',
    path: '/v4/users/{userId}/reservations/{reservationId}',
    tag: 'Usage',
    summary: 'One reservation, and what became of it',
    who: WHO.readsUsage,
    params: ofReservation,
    answers: { 200: { description: 'As it is now', schema: knownReservation } },
    problems: ['reservation_not_found', 'ledger_unavailable'],
  },
  renewReservation: {
    method: 'patch',
    path: '/v4/users/{userId}/reservations/{reservationId}',
    tag: 'Usage',
    summary: 'Let a lease go on for longer',
    who: WHO.writesUsage,
    params: ofReservation,
    body: renewBody,
    answers: {
      200: { description: 'The same lease', schema: reservation, headers: ['ETag', 'Ledger-Head'] },
    },
    problems: [
      ...RESOLVED,
      'reservation_has_no_holder',
      ...USAGE_PROBLEMS.filter(
        (code) => code !== 'idempotency_key_missing' && code !== 'idempotency_key_reused',
      ),
    ],
  },
} as const satisfies Record<string, Operation>
