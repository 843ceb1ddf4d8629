import type { SourceKey } from '../../domain/purchases/register/source-key.ts'
import type { MovedSource } from '../../domain/user/hand-over.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import type { handedOver } from '../../schema/user-tables.ts'

export type MovedRow = typeof handedOver.$inferSelect

/** What a user leaves of a source, as a row. */
export function movedToRow(
  userId: UserId,
  { provider, account, ref }: SourceKey,
  moved: MovedSource,
): MovedRow {
  return { provider, account, ref, userId, moved: canonicalJson(moved) }
}

export function rowToMoved(text: string): MovedSource {
  return JSON.parse(text) as MovedSource
}
