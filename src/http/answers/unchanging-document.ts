import { sha256 } from '../../platform/sha256.ts'
import { tagsIn } from './tags-in.ts'

/** How long others may go by what they have: a new version of the Worker may bring another. */
const KEPT_SECONDS = 300

/**
 * A document that only another version of the Worker changes: an isolate makes it once, when somebody first asks. Anybody may read it,
 * and so may a page of any origin: no cookie and no token is asked for.
 */
export class UnchangingDocument {
  readonly #make: () => object | Promise<object>
  #made: { readonly text: string; readonly etag: string } | null = null

  constructor(make: () => object | Promise<object>) {
    this.#make = make
  }

  /** The document, or 304 for who has it. */
  async answer(ifNoneMatch: string | undefined): Promise<Response> {
    // Whoever comes meanwhile makes it as well, and waits for no request that may be called off.
    this.#made ??= await this.#written()
    const { text, etag } = this.#made
    const headers = {
      ETag: etag,
      'Cache-Control': `public, max-age=${KEPT_SECONDS}`,
      'Access-Control-Allow-Origin': '*',
    }
    const tags = tagsIn(ifNoneMatch)
    if (tags.includes(etag) || tags.includes('*')) return new Response(null, { status: 304, headers })
    return new Response(text, { headers: { ...headers, 'Content-Type': 'application/json' } })
  }

  async #written() {
    const text = JSON.stringify(await this.#make())
    return { text, etag: `"${(await sha256(text)).slice(0, 32)}"` }
  }
}
