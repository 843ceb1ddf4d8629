import type { ProblemSpec } from './problem-spec.ts'

/** Nothing is at the address, or there is nothing of that id, or it takes no such method. */
export const NOT_FOUND_PROBLEMS = {
  not_found: {
    status: 404,
    title: 'There is nothing at this address',
    retryable: false,
    help: 'The path is not one of the API. The document at /openapi.json lists them all.',
  },
  entitlement_not_found: {
    status: 404,
    title: 'The user has no such entitlement',
    retryable: false,
    help: 'Ids are told by the answer that created the entitlement and by the user’s list.',
  },
  plan_not_found: {
    status: 404,
    title: 'The user was never given such a plan',
    retryable: false,
    help: 'A plan is named by its `sourceRef`, percent-encoded: the user’s list at `GET /v4/users/{userId}/products` tells them. What was bought is no plan.',
  },
  feature_not_found: {
    status: 404,
    title: 'The catalog has no such feature',
    retryable: false,
    help: 'Create it with `PUT /v4/features/{key}`.',
  },
  product_not_found: {
    status: 404,
    title: 'The catalog has no such product',
    retryable: false,
    help: 'Create it with `PUT /v4/products/{productId}`.',
  },
  inbox_event_not_found: {
    status: 404,
    title: 'The inbox has no such event',
    retryable: false,
    help: 'Ids are told by `GET /v4/inbox`. The id that the provider gave the event is another.',
  },
  customer_not_found: {
    status: 404,
    title: 'The customer is linked to nobody',
    retryable: false,
    help: 'Link the customer to a user with `PUT /v4/customers/{provider}/{customerId}`. Where a provider has several accounts, the `account` is part of who it is.',
  },
  purchase_not_found: {
    status: 404,
    title: 'Nothing is known of such a purchase',
    retryable: false,
    help: 'Ids are those under which the provider speaks of it: of a subscription, payment, invoice or order. Where a provider has several accounts, the `account` is part of which purchase it is.',
  },
  consumption_not_found: {
    status: 404,
    title: 'The user has no such consumption',
    retryable: false,
    help: 'Ids are told by the answer that recorded the consumption, or the commit of a reservation.',
  },
  reservation_not_found: {
    status: 404,
    title: 'The user has no such reservation',
    retryable: false,
    help: 'Ids are told by the answer that recorded the reservation.',
  },
  holder_not_found: {
    status: 404,
    title: 'The holder has nothing of the feature',
    retryable: false,
    help: 'They have let go of it, their lease has lapsed, the feature is none that is held, or who they are was erased: then it is released by its `consumptionId`, which `GET /v4/users/{userId}/holders` tells.',
  },
  passports_off: {
    status: 404,
    title: 'This ledger signs no passports',
    retryable: false,
    help: 'No key is configured for them. Ask for access online, or have whoever runs the ledger set `PASSPORT_KEYS`: docs/guides/passports.md says how.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The address does not take this method',
    retryable: false,
    help: 'The header `Allow` lists the methods that it takes.',
  },
} as const satisfies Record<string, ProblemSpec>
