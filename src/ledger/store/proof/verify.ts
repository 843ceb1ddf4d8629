import { fold } from '../../../domain/user/fold.ts'
import { type Resolution, resolutionsBy } from '../../../domain/user/past.ts'
import { type UserState, emptyState } from '../../../domain/user/user-state.ts'
import type { Entry, Note } from '../../../domain/user/entry.ts'
import type { Seq, UserId } from '../../../domain/values/ids.ts'
import type { LedgerHead } from '../../submission.ts'
import { genesisHash } from '../chain.ts'
import { type WrongLink, linksAfter } from './links.ts'
import { firstMisprojected, isAhead, projectionOf } from '../projection.ts'

/** How many entries are read at once, where nobody says. */
export const PROOF_PAGE_SIZE = 500

/**
 * How an entry is wrong.
 *
 * - `missing`: its place is empty, or an entry of another place stands there.
 * - `hash`: its bytes, or the order, are not those that were hashed.
 * - `columns`: its columns say something else than its bytes.
 * - `note`: its note is not the one that was noted.
 * - `meaning`: it cannot follow the entries before it.
 * - `head`: it is not the entry that the caller saw there: the chain from it on was written anew.
 * - `projection`: what it was the last to touch is not in the projection as it left it.
 */
export type WrongKind = WrongLink | 'head' | 'projection'

export type Verdict =
  | ({ readonly intact: true } & LedgerHead)
  | { readonly intact: false; readonly firstWrong: { readonly seq: Seq; readonly kind: WrongKind } }

/**
 * Recomputes a user's ledger from its stored bytes: every link, every column, every note, and the state that
 * follows, compared with the projection. Entries that are recorded meanwhile are left out.
 *
 * Whoever may write to the database can write a whole chain anew, or cut off its tail: only a head that was seen
 * before, and kept elsewhere, tells that.
 */
export async function verify(
  d1: D1Database,
  userId: UserId,
  seen: LedgerHead | null = null,
  pageSize = PROOF_PAGE_SIZE,
): Promise<Verdict> {
  const { version, projection } = await projectionOf(d1, userId)
  let state = emptyState(userId)
  const resolutions = new Map<number, Resolution>()
  const from = { version: 0, hash: await genesisHash(userId) }
  let { hash } = from
  if (isOther(seen, from)) return wrongAt(1, 'head')

  for await (const link of linksAfter(d1, userId, { from, upTo: version, pageSize })) {
    const { seq } = link
    if ('wrong' in link) return wrongAt(seq, link.wrong)
    const after = stateAfter(state, link.entry, link.note)
    if (after === null) return wrongAt(seq, 'meaning')
    state = after
    hash = link.hash
    if (isOther(seen, { version: seq, hash })) return wrongAt(seq, 'head')
    const resolved = resolutionsBy(link.entry, (earlier) => resolutions.get(earlier) ?? null)
    for (const { seq: earlier, resolution } of resolved) resolutions.set(earlier, resolution)
  }
  const isCutOff = isAhead(projection, version) || (seen !== null && seen.version > version)
  if (isCutOff) return wrongAt(version + 1, 'missing')
  const misprojected = firstMisprojected({ state, resolutions }, projection)
  return misprojected === null ? { intact: true, version, hash } : wrongAt(misprojected, 'projection')
}

/** Whether a head that was seen stood at the place of this one, and was another. */
export function isOther(seen: LedgerHead | null, { version, hash }: LedgerHead): boolean {
  return seen?.version === version && seen.hash !== hash
}

export function wrongAt(seq: Seq, kind: WrongKind): Extract<Verdict, { intact: false }> {
  return { intact: false, firstWrong: { seq, kind } }
}

function stateAfter(state: UserState, entry: Entry, note: Note | null): UserState | null {
  try {
    return fold(state, entry, note)
  } catch {
    return null
  }
}
