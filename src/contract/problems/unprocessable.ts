import type { ProblemSpec } from './problem-spec.ts'

/** What is asked for can never be, or not as it was sent. */
export const UNPROCESSABLE_PROBLEMS = {
  precondition_failed: {
    status: 412,
    title: 'It was changed since that version',
    retryable: false,
    help: 'The current version is in `version`. 0 where there is none. Read again, decide again, and send the new version in `If-Match`.',
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
    help: 'Create the feature first with `PUT /v4/features/{key}`. Where the request had an Idempotency-Key, the answer is kept for it: use a new key then.',
  },
  feature_archived: {
    status: 422,
    title: 'The feature is archived and takes no new entitlements',
    retryable: false,
    help: 'A PUT of the feature takes it out of the archive.',
  },
  product_unknown: {
    status: 422,
    title: 'The catalog has no product of that id',
    retryable: false,
    help: 'Create the product first with `PUT /v4/products/{productId}`. Where the request had an Idempotency-Key, the answer is kept for it: use a new key then.',
  },
  product_archived: {
    status: 422,
    title: 'The product is archived and given to nobody else',
    retryable: false,
    help: 'Who has it keeps it. A PUT of the product takes it out of the archive.',
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
  value_not_combinable: {
    status: 422,
    title: 'The feature cannot combine that value with others',
    retryable: false,
    help: 'How the feature makes one of several values is in `combine`: `max` and `min` need a number, `sum` a whole number within ±(2^53 − 1), `union` a list of at most 100 texts, numbers, booleans and nulls.',
  },
  amount_too_large: {
    status: 422,
    title: 'The sum would be larger than numbers are exact',
    retryable: false,
    help: 'All amounts of one feature of a user together are at most 2^53 − 1, as are the values of a feature that sums them. Count in a larger unit.',
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
    help: 'A user has at most 1,000 entitlements that were given by hand and are live or to come. What was bought is counted by itself, and what is used up not at all.',
  },
  catalog_full: {
    status: 422,
    title: 'The catalog has as many features or products as it can have',
    retryable: false,
    help: 'There are at most 1,000 features and 1,000 products, archived ones too: none is ever deleted. The bound is in `limit`. Take one that is not needed any more: a PUT renames it, takes it out of the archive and says what a product gives from then on.',
  },
  history_too_long: {
    status: 422,
    title: 'The history is longer than is proved for a user’s own token',
    retryable: false,
    help: 'For a token without scopes a ledger of at most 10,000 entries is proved; how many there are is in `version`. Ask with the scope `ledger:read`, or read the ledger and recompute its hashes.',
  },
  rate_limited: {
    status: 429,
    title: 'The caller has asked more often than it may',
    retryable: true,
    help: 'Nothing was looked up or recorded. Send the same request, with the same Idempotency-Key if it had one, after the seconds in `Retry-After`. How often a caller may ask, reads and writes apart, is set by whoever runs the ledger: docs/operating/limits.md says how that is counted.',
  },
  too_many_requests: {
    status: 429,
    title: 'The user’s own token has read as much of its history as it may in a minute',
    retryable: true,
    help: 'Send the same request after the seconds in `Retry-After`. A token with the scope `ledger:read` has no such bound.',
  },
} as const satisfies Record<string, ProblemSpec>
