import type { ProblemSpec } from './problem-spec.ts'

/** What is asked for does not go with what is there. */
export const CONFLICT_PROBLEMS = {
  entitlement_exists: {
    status: 409,
    title: 'The source has already given this feature to the user',
    retryable: false,
    help: 'One source gives one feature once. Update the entitlement that is named in `entitlementId`, or send another `sourceRef`: where it was revoked, nothing else is left.',
  },
  entitlement_revoked: {
    status: 409,
    title: 'The entitlement was revoked, which is final',
    retryable: false,
    help: 'Create a new entitlement with another `sourceRef`.',
  },
  managed_by_source: {
    status: 409,
    title: 'The terms follow from the purchase or the plan',
    retryable: false,
    help: 'Change the purchase at its provider, the plan with `PUT /v4/users/{userId}/products/{sourceRef}`, or the product in the catalog. It can be suspended, resumed and revoked here; what everybody has cannot, and is changed in the catalog alone.',
  },
  plan_exists: {
    status: 409,
    title: 'The user was given a plan of that name before',
    retryable: false,
    help: 'A `sourceRef` names one plan of a user for ever, also once it is over: so nobody has a trial twice. Change the plan with `PUT /v4/users/{userId}/products/{sourceRef}`, or send another `sourceRef`.',
  },
  plan_ended: {
    status: 409,
    title: 'The plan was ended, which is final',
    retryable: false,
    help: 'Give the product again with another `sourceRef`.',
  },
  feature_type_differs: {
    status: 409,
    title: 'The type, the overage and the combine of a feature never change',
    retryable: false,
    help: 'Nor do `held` and `windowSeconds`. Create a feature with another key.',
  },
  reference_taken: {
    status: 409,
    title: 'The reference stands for another product',
    retryable: false,
    help: 'A provider’s price, variant or product id stands for one product, at Stripe in each account. Take it away from the product named in `productId` first.',
  },
  would_revoke: {
    status: 409,
    title: 'The change takes something away from who has it',
    retryable: false,
    help: 'How many purchases and plans of the product lose something is in `sources`, counted up to 1,000; `everyone` is true where everybody, or a share of all users, has it and loses something. Send the same request with `?confirm=true` if that is meant.',
  },
  customer_moving: {
    status: 409,
    title: 'What the customer has bought is on its way to another user',
    retryable: true,
    help: 'Send the same request once `moving` is false in `GET /v4/customers/{provider}/{customerId}`. The customer can be given to a user meanwhile.',
  },
  purchase_ambiguous: {
    status: 409,
    title: 'Several purchases may be meant by the number',
    retryable: false,
    help: 'They are listed in `ids`, such as `purchase/12` and `subscription/12` of a shop of your own. Send the same request with the one that is meant.',
  },
  body_dropped: {
    status: 409,
    title: 'The body of the event has been dropped',
    retryable: false,
    help: 'Bodies are kept for a time that the deployment sets. What is left of the event says what became of it, and cannot be processed again.',
  },
  version_unknown: {
    status: 409,
    title: 'The ledger, or the catalog, has not reached that version',
    retryable: false,
    help: '`minVersion` is above the user’s newest version, so it was not told by this ledger for this user; or `minCatalogVersion` above that of the catalog. The newest is in `version`, or in `catalogVersion`.',
  },
  feature_disabled: {
    status: 409,
    title: 'The feature is switched off',
    retryable: false,
    help: 'Nobody may use it, whatever they have, and nothing was taken. Switched on again all is as before. The answer is kept for the Idempotency-Key: use a new key then.',
  },
  insufficient_balance: {
    status: 409,
    title: 'There is not as much left',
    retryable: false,
    help: 'What is there is in `balance`, and why in `reason`. The answer is kept for the Idempotency-Key: use a new key once there is more.',
  },
  holder_exists: {
    status: 409,
    title: 'The holder has something of the feature already',
    retryable: false,
    help: 'How much is in `holds`, and where it stands in `consumptionId` or, of a lease, in `reservationId`. Asked for as much in the same way, the ledger answers what is there. Let go of it first to have another amount.',
  },
  reversal_exceeds_consumption: {
    status: 409,
    title: 'No more can be reversed than was consumed',
    retryable: false,
    help: 'What was consumed is in `consumed`, and how much of that has been reversed in `reversed`.',
  },
  consumption_moved: {
    status: 409,
    title: 'What was consumed is another user’s by now',
    retryable: false,
    help: 'The purchase that it was taken of was moved, and what was used of it went along: nothing would come back here. Where it is to be made good, grant the amount to the user who has it now.',
  },
  reservation_already_committed: {
    status: 409,
    title: 'The reservation was committed',
    retryable: false,
    help: 'The consumption that it became is in `consumptionId`. To give it back, reverse that.',
  },
  reservation_already_released: {
    status: 409,
    title: 'The reservation was released',
    retryable: false,
    help: 'The entry of the ledger that released it is in `releasedBy`. Reserve again, or consume.',
  },
  reservation_moved: {
    status: 409,
    title: 'What the reservation holds is another user’s by now',
    retryable: false,
    help: 'The purchase that it holds of was moved, and the hold went along: it lapses there. Reserve again, or consume, for the user who has it now.',
  },
  reservation_has_no_holder: {
    status: 409,
    title: 'The reservation has no holder, and so is none that is renewed',
    retryable: false,
    help: 'It lapses at its `endsAt`. Reserve with a `holder` what goes on for as long as somebody says so.',
  },
  reservation_already_expired: {
    status: 409,
    title: 'The reservation has lapsed',
    retryable: false,
    help: 'It held what it held until `expiredAt`. Reserve again for longer, or consume.',
  },
} as const satisfies Record<string, ProblemSpec>
