import { inboxEvent, inboxList, inboxQuery, ofInboxEvent } from '../schemas/inbox.ts'
import { WHO } from '../who.ts'
import { keyOnly } from './change-parts.ts'
import { WRITE_PROBLEMS } from './change-parts.ts'
import type { Operation } from './operation.ts'

/** What providers sent, and what became of it. */
export const INBOX_OPERATIONS = {
  listInbox: {
    method: 'get',
    path: '/v4/inbox',
    tag: 'Checkout',
    summary: 'The events that providers sent, the newest first',
    who: WHO.managesInbox,
    query: inboxQuery,
    answers: { 200: { description: 'A page', schema: inboxList } },
    problems: ['ledger_unavailable'],
  },
  getInboxEvent: {
    method: 'get',
    path: '/v4/inbox/{id}',
    tag: 'Checkout',
    summary: 'One event, what it says and what became of it',
    who: WHO.managesInbox,
    params: ofInboxEvent,
    answers: { 200: { description: 'As it is now', schema: inboxEvent } },
    problems: ['inbox_event_not_found', 'ledger_unavailable'],
  },
  replayInboxEvent: {
    method: 'post',
    path: '/v4/inbox/{id}/replay',
    tag: 'Checkout',
    summary: 'Process an event again: what it already did is not done twice, whatever the key',
    who: WHO.managesInbox,
    params: ofInboxEvent,
    headers: keyOnly,
    answers: { 202: { description: 'It is processed from now on', schema: inboxEvent } },
    problems: ['idempotency_key_missing', 'inbox_event_not_found', 'body_dropped', ...WRITE_PROBLEMS],
  },
} as const satisfies Record<string, Operation>
