/** A page of a listing, and where the next one begins: `null` is the end, and a page may be short. */
export interface ListingPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** A page that may leave out its items, where only what it says of them is asked for. */
export interface SomePage<Item> {
  readonly items?: readonly Item[] | undefined
  readonly nextCursor: string | null
}

/**
 * A listing, item by item with `for await`: one page after another is asked for, when its first item is wanted. Throws
 * `LedgerError` where a page cannot be had.
 */
export class Listing<Item, Page extends SomePage<Item> = ListingPage<Item>> {
  /** One page as the ledger answers it: the first, or the one that begins at the `nextCursor` of another. */
  readonly page: (cursor?: string) => Promise<Page>

  constructor(page: (cursor?: string) => Promise<Page>) {
    this.page = page
  }

  /** All pages, one after another. */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.page(cursor)
      yield page
      if (page.nextCursor === null) return
      cursor = page.nextCursor
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const { items = [] } of this.pages()) yield* items
  }
}
