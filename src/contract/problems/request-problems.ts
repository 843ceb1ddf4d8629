import type { ProblemSpec } from './problem-spec.ts'

/** Who asks may not, or asks what the contract does not know. */
export const REQUEST_PROBLEMS = {
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
    help: 'Send `Authorization: Bearer <JWT>`, signed by a key of a configured issuer, for its audience, not expired. `detail` says whether it is missing, no JWT, expired or not accepted. Why it is not accepted is written to the log, never to the answer.',
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
    help: 'The scope that is missing is named in `scope`. A token without scopes reads what belongs to its own `sub`, and nothing else. Without `scope`, the issuer of the token is confined to users under its prefix, and this is about another.',
  },
} as const satisfies Record<string, ProblemSpec>
