import {
  customer,
  customerQuery,
  customerPut,
  ofCustomer,
  ofKnownCustomer,
  putCustomerBody,
} from '../schemas/customers.ts'
import { WHO } from '../who.ts'
import { versionOnly, WRITE_PROBLEMS } from './change-parts.ts'
import type { Operation } from './operation.ts'

/** Which users the customers of providers are. */
export const CUSTOMER_OPERATIONS = {
  putCustomer: {
    method: 'put',
    path: '/v4/customers/{provider}/{customerId}',
    tag: 'Checkout',
    summary:
      'Say which user a provider’s customer is; what the customer bought for nobody moves to that user',
    who: WHO.managesInbox,
    params: ofKnownCustomer,
    headers: versionOnly,
    body: putCustomerBody,
    answers: {
      200: { description: 'Linked before, now to this user', schema: customerPut, headers: ['ETag'] },
      201: { description: 'Linked', schema: customerPut, headers: ['ETag'] },
    },
    problems: ['precondition_failed', ...WRITE_PROBLEMS],
  },
  getCustomer: {
    method: 'get',
    path: '/v4/customers/{provider}/{customerId}',
    tag: 'Checkout',
    summary: 'Which user a provider’s customer is',
    who: WHO.managesInbox,
    params: ofCustomer,
    query: customerQuery,
    answers: { 200: { description: 'As it is now', schema: customer, headers: ['ETag'] } },
    problems: ['customer_not_found', 'ledger_unavailable'],
  },
  deleteCustomer: {
    method: 'delete',
    path: '/v4/customers/{provider}/{customerId}',
    tag: 'Checkout',
    summary: 'Forget whose a customer is; what was bought stays where it is',
    who: WHO.managesInbox,
    params: ofCustomer,
    query: customerQuery,
    headers: versionOnly,
    answers: { 200: { description: 'As it was', schema: customer } },
    problems: ['customer_not_found', 'customer_moving', 'precondition_failed', ...WRITE_PROBLEMS],
  },
} as const satisfies Record<string, Operation>
