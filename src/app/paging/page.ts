import * as z from 'zod'
import type { Cursors } from './cursors.ts'

/** What is asked of a listing besides what it lists. */
export interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A page of a listing, in the words of the contract. */
interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

interface Listing<Item, Place, WireItem> {
  /** What a cursor is bound to: whatever makes another listing of it. */
  readonly of: object
  readonly read: (request: { after: Place | null; limit: number }) => Promise<readonly Item[]>
  readonly placeOf: (item: Item) => Place
  readonly place: z.ZodType<Place>
  readonly toWire: (item: Item) => WireItem
}

/** Returns a page of a listing whose items have their place by one key. One more is read to know of an end. */
export async function pageOf<Item, Place, WireItem>(
  cursors: Cursors,
  { of, read, placeOf, place, toWire }: Listing<Item, Place, WireItem>,
  { limit, cursor }: PageQuery,
): Promise<Page<WireItem>> {
  const from = await cursors.toPlace(of, cursor, z.object({ after: place }))
  const found = await read({ after: from?.after ?? null, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  return {
    items: items.map(toWire),
    nextCursor: last === undefined ? null : await cursors.fromPlace(of, { after: placeOf(last) }),
  }
}
