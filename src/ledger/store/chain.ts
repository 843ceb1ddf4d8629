import type { UserId } from '../../domain/values/ids.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import { fromHex, sha256 } from '../../platform/sha256.ts'

/** What the first entry is chained to. It names the user, so that a chain cannot be moved to another. */
export function genesisHash(userId: UserId): Promise<string> {
  return sha256('entitlement-ledger/v4/genesis\n', canonicalJson({ userId }))
}

/** The hash of an entry: over the one before it and over its exact bytes. */
export function entryHash(previousHash: string, bytes: string): Promise<string> {
  return sha256('entitlement-ledger/v4/entry\n', fromHex(previousHash), bytes)
}

/** What an entry holds of its erasable note. Without the salt a short note could be guessed from its hash. */
export function noteHash(salt: string, json: string): Promise<string> {
  return sha256(salt, json)
}
