import type { UserId } from '../domain/values/ids.ts'
import { toHex } from '../platform/sha256.ts'

/** What stands for a user in the log: enough to tell users apart, too little to name one. */
export type UserHash = (userId: UserId) => Promise<string>

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Keyed, because a bare hash names its user to whoever hashes all the names that there may be. Without a secret the key is
 * of the isolate's own making, and its lines alone can be put together.
 */
export function userHash(secret: string | null): UserHash {
  const encoder = new TextEncoder()
  let bytes = secret === null ? null : encoder.encode(secret)
  let key: CryptoKey | null = null
  return async (userId) => {
    // Chance is there with the first request only: an isolate has none while it starts.
    bytes ??= crypto.getRandomValues(new Uint8Array(32))
    key ??= await crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign'])
    const signature = await crypto.subtle.sign(HMAC.name, key, encoder.encode(userId))
    return toHex(new Uint8Array(signature)).slice(0, 16)
  }
}
