/** The three headers of a delivery by Standard Webhooks; empty where one is missing. */
interface StandardHeaders {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
}

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md names them `webhook-*`;
 * Svix, which many senders use, names the same three `svix-*` (https://docs.svix.com/receiving/verifying-payloads/how-manual).
 * One of `webhook-*` is enough for those to count alone: a signature of one family with an id of the other is none.
 */
export function standardHeaders(headers: Headers): StandardHeaders {
  const standard = ofFamily(headers, 'webhook')
  return Object.values(standard).some((value) => value !== '') ? standard : ofFamily(headers, 'svix')
}

function ofFamily(headers: Headers, family: 'webhook' | 'svix'): StandardHeaders {
  const valueOf = (name: keyof StandardHeaders) => headers.get(`${family}-${name}`) ?? ''
  return { id: valueOf('id'), timestamp: valueOf('timestamp'), signature: valueOf('signature') }
}
