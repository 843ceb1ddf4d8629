import type { UserId } from '../../domain/values/ids.ts'
import type { Reader } from '../../edge/reader.ts'
import { type Flag, flagOf } from './flag-of.ts'
import { readAccess } from './list-access.ts'

/**
 * Every feature of the catalog as a flag, also those of which the user has nothing: what is left out is to be had by whatever the
 * caller takes for granted. Throws as a check does.
 */
export async function evaluateFlags(
  reader: Reader,
  userId: UserId,
): Promise<{ readonly flags: readonly Flag[]; readonly source: Flag['metadata']['source'] }> {
  const reading = await readAccess(reader, userId, { all: true })
  return { flags: reading.answer.map((one) => flagOf(one, reading)), source: reading.source }
}
