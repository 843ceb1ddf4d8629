import { ofPurchase, purchase, purchaseQuery, putPurchaseBody } from '../schemas/purchases.ts'
import { WHO } from '../who.ts'
import { WRITE_PROBLEMS } from './change-parts.ts'
import type { Operation } from './operation.ts'

/** What has become of purchases, and whose they are by hand. */
export const PURCHASE_OPERATIONS = {
  getPurchase: {
    method: 'get',
    path: '/v4/purchases/{provider}/{id}',
    tag: 'Checkout',
    summary: 'What has become of a purchase',
    who: WHO.readsTheirs,
    params: ofPurchase,
    query: purchaseQuery,
    answers: { 200: { description: 'As it is now, also where nothing is known of it', schema: purchase } },
    problems: ['ledger_unavailable'],
  },
  putPurchase: {
    method: 'put',
    path: '/v4/purchases/{provider}/{id}',
    tag: 'Checkout',
    summary: 'Say whose a purchase is, whatever its events name',
    who: WHO.managesInbox,
    params: ofPurchase,
    query: purchaseQuery,
    body: putPurchaseBody,
    answers: { 200: { description: 'It moves to this user from now on', schema: purchase } },
    problems: ['purchase_not_found', 'purchase_ambiguous', ...WRITE_PROBLEMS],
  },
  deletePurchaseUser: {
    method: 'delete',
    path: '/v4/purchases/{provider}/{id}',
    tag: 'Checkout',
    summary: 'Take back what was said by hand of whose a purchase is: its names decide again',
    who: WHO.managesInbox,
    params: ofPurchase,
    query: purchaseQuery,
    answers: { 200: { description: 'As it is from now on', schema: purchase } },
    problems: ['purchase_not_found', 'purchase_ambiguous', ...WRITE_PROBLEMS],
  },
} as const satisfies Record<string, Operation>
