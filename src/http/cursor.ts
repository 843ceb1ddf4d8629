import { sha256 } from '../ledger/sha256.ts'
import type * as z from 'zod'
import { HttpProblem } from './http-problem.ts'

/**
 * Cursors are places in one listing, sealed over the listing and the place: one that was edited, or is sent
 * with another query, is refused. They are not secret; a place gives no right.
 */
export async function placeToCursor(listing: object, place: object): Promise<string> {
  const text = JSON.stringify(place)
  return toBase64Url(`${await seal(listing, text)}${text}`)
}

/** The place of a cursor, `null` without one. Throws a `malformed_request` for one that this listing did not give. */
export async function cursorToPlace<Place>(
  listing: object,
  cursor: string | undefined,
  schema: z.ZodType<Place>,
): Promise<Place | null> {
  if (cursor === undefined) return null
  const sealed = fromBase64Url(cursor) ?? ''
  const text = sealed.slice(SEAL_LENGTH)
  const isOurs = sealed.slice(0, SEAL_LENGTH) === (await seal(listing, text))
  const place = isOurs ? textToPlace(text, schema) : null
  if (place !== null) return place
  throw new HttpProblem('malformed_request', {
    errors: [{ path: 'query.cursor', message: 'is not a cursor of this listing' }],
  })
}

/** `null` for what is no place: the seal keeps no secret, so that anyone can put it on anything. */
function textToPlace<Place>(text: string, schema: z.ZodType<Place>): Place | null {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

const SEAL_LENGTH = 16

async function seal(listing: object, place: string): Promise<string> {
  const hash = await sha256(`entitlement-ledger/v4/cursor\n${JSON.stringify([listing, place])}`)
  return hash.slice(0, SEAL_LENGTH)
}

function toBase64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): string | null {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
}
