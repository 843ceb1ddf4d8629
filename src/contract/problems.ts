/** How a problem is documented: its page is made of these words. */
interface ProblemSpec {
  readonly status: number
  readonly title: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** What led to it, and what to do: for the reader of the page. */
  readonly help: string
}

/**
 * The public catalogue. A code that has shipped is never renamed, reused or moved to another status.
 * Within a status, the code that is listed first is given when several apply.
 */
export const PROBLEMS = {
  malformed_request: {
    status: 400,
    title: 'The request is not what the contract says',
    retryable: false,
    help: 'Every wrong place is named in `errors`. Unknown fields are refused, so that a misspelt one is not ignored.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'The request needs an Idempotency-Key of 1 to 255 visible ASCII characters',
    retryable: false,
    help: 'Make a key of 1 to 255 visible ASCII characters before the first try, keep it, and send the same key on every retry of the same request.',
  },
  unauthenticated: {
    status: 401,
    title: 'The token is missing or not valid',
    retryable: false,
    help: 'Send `Authorization: Bearer <JWT>`, signed by a key of the configured issuer, for the configured audience, not expired. What exactly is wrong with a token is written to the log, never to the answer.',
  },
  signature_invalid: {
    status: 401,
    title: 'The webhook is not signed by a secret of the provider',
    retryable: false,
    help: 'What is wrong is named in `detail`: the signature is missing, malformed, a mismatch or stale (made more than 300 seconds ago or ahead). Compare the secret of the provider’s dashboard with `WEBHOOK_SECRETS_<PROVIDER>`; what stands between must pass the body on as it is.',
  },
  forbidden: {
    status: 403,
    title: 'The caller may not do this',
    retryable: false,
    help: 'The scope that is missing is named in `scope`. A token without scopes reads what belongs to its own `sub`, and nothing else.',
  },
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
  method_not_allowed: {
    status: 405,
    title: 'The address does not take this method',
    retryable: false,
    help: 'The header `Allow` lists the methods that it takes.',
  },
  entitlement_exists: {
    status: 409,
    title: 'The source has already given this feature to the user',
    retryable: false,
    help: 'One source gives one feature once. Update the entitlement that is named in `entitlementId`, or send another `sourceRef`.',
  },
  entitlement_revoked: {
    status: 409,
    title: 'The entitlement was revoked, which is final',
    retryable: false,
    help: 'Create a new entitlement with another `sourceRef`.',
  },
  managed_by_source: {
    status: 409,
    title: 'The terms of a purchase follow from the purchase',
    retryable: false,
    help: 'Change the purchase at its provider or the product in the catalog. It can be suspended, resumed and revoked here.',
  },
  feature_type_differs: {
    status: 409,
    title: 'The type and the overage of a feature never change',
    retryable: false,
    help: 'Create a feature with another key.',
  },
  reference_taken: {
    status: 409,
    title: 'The reference stands for another product',
    retryable: false,
    help: 'A provider’s price, variant or product id stands for one product, at Stripe in each account. Take it away from the product named in `productId` first.',
  },
  would_revoke: {
    status: 409,
    title: 'The change takes something away from what was bought',
    retryable: false,
    help: 'How many purchases name the product is in `sources`, counted up to 1,000. Send the same request with `?confirm=true` if that is meant.',
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
    title: 'The ledger has not reached that version',
    retryable: false,
    help: '`minVersion` is above the user’s newest version, so it was not told by this ledger for this user.',
  },
  insufficient_balance: {
    status: 409,
    title: 'There is not as much left',
    retryable: false,
    help: 'What is there is in `balance`, and why in `reason`. The answer is kept for the Idempotency-Key: use a new key once there is more.',
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
  reservation_already_expired: {
    status: 409,
    title: 'The reservation has lapsed',
    retryable: false,
    help: 'It held what it held until `expiredAt`. Reserve again for longer, or consume.',
  },
  precondition_failed: {
    status: 412,
    title: 'It was changed since that version',
    retryable: false,
    help: 'The current version is in `version`. Read again, decide again, and send the new version in `If-Match`.',
  },
  too_large: {
    status: 413,
    title: 'The body is larger than what is taken',
    retryable: false,
    help: 'Split the request: a body may have 64 KiB, that of a webhook 2 MiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not application/json',
    retryable: false,
    help: 'Send JSON in UTF-8 with the header `Content-Type: application/json` and no Content-Encoding. A tool such as curl sends another type unless it is told.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The key was used for another request',
    retryable: false,
    help: 'A key stands for ever for the one request of a user that was carried out under it. Use a new key for a new request.',
  },
  feature_unknown: {
    status: 422,
    title: 'The catalog has no feature of that key',
    retryable: false,
    help: 'Create the feature first with `PUT /v4/features/{key}`. The answer is kept for the Idempotency-Key: use a new key then.',
  },
  feature_archived: {
    status: 422,
    title: 'The feature is archived and takes no new entitlements',
    retryable: false,
    help: 'A PUT of the feature takes it out of the archive.',
  },
  value_missing: {
    status: 422,
    title: 'A config feature needs a value',
    retryable: false,
    help: 'Send `value`: any JSON of at most 4 KiB.',
  },
  value_not_allowed: {
    status: 422,
    title: 'Only a config feature takes a value',
    retryable: false,
    help: 'Leave `value` out, or create a feature of type `config`.',
  },
  amount_missing: {
    status: 422,
    title: 'A metered feature needs an amount',
    retryable: false,
    help: 'Send `amount`: a whole number from 1.',
  },
  amount_not_allowed: {
    status: 422,
    title: 'Only a metered feature takes an amount or a reset',
    retryable: false,
    help: 'Leave `amount` and `reset` out, or create a feature of type `metered`.',
  },
  amount_too_large: {
    status: 422,
    title: 'The sum would be larger than numbers are exact',
    retryable: false,
    help: 'All amounts of one feature of a user together are at most 2^53 − 1. Count in a larger unit.',
  },
  feature_not_metered: {
    status: 422,
    title: 'Only a metered feature can be consumed',
    retryable: false,
    help: 'Create a feature of type `metered` under another key. The answer is kept for the Idempotency-Key: use a new key then.',
  },
  commit_exceeds_reservation: {
    status: 422,
    title: 'No more can be committed than was reserved',
    retryable: false,
    help: 'What was reserved is in `reserved`. Commit as much, and consume the rest.',
  },
  too_many_reservations: {
    status: 422,
    title: 'The user has as many open reservations as a user can have',
    retryable: false,
    help: 'A user has at most 1,000 reservations that are neither committed, released nor lapsed.',
  },
  period_impossible: {
    status: 422,
    title: 'The period could never be as described',
    retryable: false,
    help: 'Start, end and grace must follow one another; the rule that was broken is in `detail`.',
  },
  too_many_entitlements: {
    status: 422,
    title: 'The user has as many live entitlements as a user can have',
    retryable: false,
    help: 'A user has at most 1,000 entitlements that were given by hand and are live or to come. What was bought is counted by itself.',
  },
  history_too_long: {
    status: 422,
    title: 'The history is longer than is proved for a user’s own token',
    retryable: false,
    help: 'For a token without scopes a ledger of at most 10,000 entries is proved; how many there are is in `version`. Ask with the scope `ledger:read`, or read the ledger and recompute its hashes.',
  },
  too_many_requests: {
    status: 429,
    title: 'The user’s own token has read as much of its history as it may in a minute',
    retryable: true,
    help: 'Send the same request after the seconds in `Retry-After`. A token with the scope `ledger:read` has no such bound.',
  },
  internal_error: {
    status: 500,
    title: 'Something is wrong with the ledger',
    retryable: false,
    help: 'The log has the cause under the `requestId`.',
  },
  misconfigured: {
    status: 503,
    title: 'The ledger is not configured',
    retryable: false,
    help: 'What is missing or weak is named in `detail`. The Worker serves nothing until it is there.',
  },
  overloaded: {
    status: 503,
    title: 'Too many changes of this user are waiting',
    retryable: true,
    help: 'Nothing was recorded. Send the same request with the same Idempotency-Key after the seconds in `Retry-After`.',
  },
  ledger_unavailable: {
    status: 503,
    title: 'The ledger cannot be reached',
    retryable: true,
    help: 'Nothing was recorded. Send the same request, with the same Idempotency-Key if it had one, after the seconds in `Retry-After`.',
  },
  outcome_unknown: {
    status: 503,
    title: 'It is not known whether the change was recorded',
    retryable: true,
    help: 'Send the same request, with the same Idempotency-Key if it had one, after the seconds in `Retry-After`: it is recorded once, and the answer says so. What carries no key says what shall be (a PUT, a DELETE), and may be sent again as well.',
  },
} as const satisfies Record<string, ProblemSpec>

export type ProblemCode = keyof typeof PROBLEMS

/** What a problem tells besides what the catalogue says of its code. */
export interface ProblemFacts {
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  readonly [fact: string]: unknown
}

/** RFC 9457 problem details. */
export interface Problem extends ProblemFacts {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly retryable: boolean
  readonly requestId: string
}

/** The problem of a code, told to one request. */
export function problemOf(code: ProblemCode, requestId: string, facts: ProblemFacts = {}): Problem {
  const { title, status, retryable } = PROBLEMS[code]
  return { type: `/docs/problems#${code}`, title, status, ...facts, code, retryable, requestId }
}
