/** A page of a listing, and where the next one begins: `null` is the end, and a page may be short. */
export interface ListingPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/**
 * A listing, item by item with `for await`: one page after another is asked for, when its first item is wanted. Throws
 * `LedgerError` where a page cannot be had.
 */
export class Listing<Item> {
  readonly #read: (cursor: string | undefined) => Promise<ListingPage<Item>>

  constructor(read: (cursor: string | undefined) => Promise<ListingPage<Item>>) {
    this.#read = read
  }

  /** One page as the ledger answers it: the first, or the one that begins at the `nextCursor` of another. */
  page(cursor?: string): Promise<ListingPage<Item>> {
    return this.#read(cursor)
  }

  /** All pages, one after another. */
  async *pages(): AsyncGenerator<ListingPage<Item>, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.#read(cursor)
      yield page
      if (page.nextCursor === null) return
      cursor = page.nextCursor
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const { items } of this.pages()) {
      for (const item of items) yield item
    }
  }
}
