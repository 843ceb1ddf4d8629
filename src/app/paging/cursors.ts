import type * as z from 'zod'
import { ProblemError } from '../problems/problem-error.ts'

const SEAL_LENGTH = 22

/** Thrown for a cursor that the listing did not give: a `malformed_request`, of which the door says where the cursor stood. */
export class ForeignCursor extends ProblemError {
  constructor(path = 'cursor') {
    super('malformed_request', { errors: [{ path, message: 'is not a cursor of this listing' }] })
  }
}

/**
 * Cursors are places in one listing, sealed over the listing and the place with a key of this ledger: one that
 * was made up or edited, or is sent with another query, is refused.
 */
export class Cursors {
  readonly #keyText: () => Promise<string>
  #key: CryptoKey | null = null

  constructor(keyText: () => Promise<string>) {
    this.#keyText = keyText
  }

  async fromPlace(listing: object, place: object): Promise<string> {
    const text = JSON.stringify(place)
    return `${await this.#seal(listing, text)}${toBase64Url(text)}`
  }

  /** The place of a cursor, `null` without one. Throws `ForeignCursor` for one that this listing did not give. */
  async toPlace<Place>(
    listing: object,
    cursor: string | undefined,
    schema: z.ZodType<Place>,
  ): Promise<Place | null> {
    if (cursor === undefined) return null
    const text = fromBase64Url(cursor.slice(SEAL_LENGTH))
    if (text !== null && cursor.slice(0, SEAL_LENGTH) === (await this.#seal(listing, text))) {
      return schema.parse(JSON.parse(text))
    }
    throw new ForeignCursor()
  }

  async #seal(listing: object, place: string): Promise<string> {
    this.#key ??= await importKey(await this.#keyText())
    const text = new TextEncoder().encode(JSON.stringify([listing, place]))
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', this.#key, text))
    return toBase64Url(String.fromCharCode(...mac)).slice(0, SEAL_LENGTH)
  }
}

function importKey(text: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(text), algorithm, false, ['sign'])
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
