import * as z from 'zod'
import type { Cursors } from './cursors.ts'

interface Listing<Item, After> {
  /** What a cursor is bound to: whatever makes another listing of it. */
  readonly of: object
  readonly read: (request: { after: After | null; limit: number }) => Promise<readonly Item[]>
  readonly placeOf: (item: Item) => After
  readonly place: z.ZodType<After>
  readonly toWire: (item: Item) => unknown
}

/** Answers a page of a listing whose items have their place by one key. One more is read to know of an end. */
export async function answerPage<Item, After>(
  cursors: Cursors,
  { of, read, placeOf, place, toWire }: Listing<Item, After>,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Response> {
  const from = await cursors.toPlace(of, cursor, z.object({ after: place }))
  const found = await read({ after: from?.after ?? null, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  return Response.json({
    items: items.map(toWire),
    nextCursor: last === undefined ? null : await cursors.fromPlace(of, { after: placeOf(last) }),
  })
}
