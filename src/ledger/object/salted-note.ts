import type { Note } from '../../domain/user/entry.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import { toHex } from '../../platform/sha256.ts'
import type { Batch } from '../store/append.ts'
import { noteHash } from '../store/chain.ts'

/** A note as it is kept beside its entry, which has its hash alone: so it can be erased, and cannot be guessed. */
export async function saltedNote(
  userId: UserId,
  seq: Seq,
  note: Note,
): Promise<{ readonly row: Batch['notes'][number]; readonly hash: string }> {
  const salt = toHex(crypto.getRandomValues(new Uint8Array(16)))
  const json = JSON.stringify(note)
  return { row: { userId, seq, salt, json }, hash: await noteHash(salt, json) }
}
