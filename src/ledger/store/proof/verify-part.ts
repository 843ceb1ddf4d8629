import type { UserId } from '../../../domain/values/ids.ts'
import type { LedgerHead } from '../../submission.ts'
import { genesisHash } from '../chain.ts'
import { linksAfter } from './links.ts'
import { hashAt, headOf } from '../load.ts'
import { PROOF_PAGE_SIZE, type Verdict, isOther, wrongAt } from './verify.ts'

interface Part {
  /** The proof goes on after this entry; `null` for the whole chain. */
  readonly from: LedgerHead | null
  readonly seen: LedgerHead | null
  readonly entriesMax: number
  readonly pageSize?: number
}

/** Of a part of a chain, as far as it was walked. */
export type PartVerdict =
  | (Extract<Verdict, { intact: true }> & {
      readonly only: 'chain'
      /** Where the next part goes on; `null` where the chain ended. */
      readonly next: LedgerHead | null
    })
  | Extract<Verdict, { intact: false }>

/**
 * Recomputes a part of a user's chain: every link, column and note of at most `entriesMax` entries after a head. What follows
 * from the entries is not compared with the projection: that takes all of them at once.
 *
 * It proves as much as the head that it goes on from: only one that an earlier part told, or that was kept, is worth it.
 */
export async function verifyPart(
  d1: D1Database,
  userId: UserId,
  { from, seen, entriesMax, pageSize = PROOF_PAGE_SIZE }: Part,
): Promise<PartVerdict> {
  const { version } = await headOf(d1, userId)
  const genesis = { version: 0, hash: await genesisHash(userId) }
  const start = from ?? genesis
  if (Math.max(start.version, seen?.version ?? 0) > version) return wrongAt(version + 1, 'missing')
  const found = start.version === 0 ? genesis.hash : await hashAt(d1, userId, start.version)
  if (found === null) return wrongAt(start.version, 'missing')
  const firstSeq = Math.max(1, start.version)
  if (found !== start.hash || isOther(seen, start)) return wrongAt(firstSeq, 'head')

  let last = start
  const upTo = Math.min(version, start.version + entriesMax)
  for await (const link of linksAfter(d1, userId, { from: start, upTo, pageSize })) {
    if ('wrong' in link) return wrongAt(link.seq, link.wrong)
    last = { version: link.seq, hash: link.hash }
    if (isOther(seen, last)) return wrongAt(link.seq, 'head')
  }
  return { intact: true, ...last, only: 'chain', next: last.version < version ? last : null }
}
