import { consumptionPage, consumptionsQuery } from '../schemas/consumptions.ts'
import { ledgerPage, ledgerQuery, verdict, verifyQuery } from '../schemas/ledger.ts'
import { ofUser } from '../schemas/primitives.ts'
import { WHO } from '../who.ts'
import type { Operation } from './operation.ts'

/** The history of a user, and the proof that it is whole. */
export const LEDGER_OPERATIONS = {
  listLedger: {
    method: 'get',
    path: '/v4/users/{userId}/ledger',
    tag: 'Ledger',
    summary: 'The history of a user, entry by entry',
    who: WHO.readsLedger,
    params: ofUser,
    query: ledgerQuery,
    answers: { 200: { description: 'A page of entries', schema: ledgerPage } },
    problems: ['too_many_requests', 'ledger_unavailable'],
  },
  listConsumptions: {
    method: 'get',
    path: '/v4/users/{userId}/consumptions',
    tag: 'Ledger',
    summary: 'What was consumed and given back, with its sums',
    who: WHO.readsLedger,
    params: ofUser,
    query: consumptionsQuery,
    answers: {
      200: {
        description:
          'A page, oldest first, of what is found in 5,000 entries at most; to a user’s own token in 1,000',
        schema: consumptionPage,
      },
    },
    problems: ['too_many_requests', 'ledger_unavailable'],
  },
  verifyLedger: {
    method: 'get',
    path: '/v4/users/{userId}/ledger/verify',
    tag: 'Ledger',
    summary: 'Prove that nothing of a user’s history was changed',
    who: WHO.readsLedger,
    params: ofUser,
    query: verifyQuery,
    answers: { 200: { description: 'Intact, or the first entry that is wrong and how', schema: verdict } },
    problems: ['history_too_long', 'too_many_requests', 'ledger_unavailable'],
  },
} as const satisfies Record<string, Operation>
