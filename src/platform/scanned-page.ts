/** How many rows a page with filters may look at: it may be short, and the next one goes on from there. */
const SCANNED_ROWS_MAX = 1000

/** How many rows of a page are looked at. One more is read, to know of an end. */
export function scannedMax(isFiltered: boolean, limit: number): number {
  return isFiltered ? SCANNED_ROWS_MAX : limit
}

/** What of the rows that were read is the page, and the row after which the next one begins, `undefined` at the end. */
export function scannedPage<Row>(
  rows: readonly Row[],
  max: number,
  limit: number,
  matches: (row: Row) => boolean,
): { readonly page: readonly Row[]; readonly last: Row | undefined } {
  const scanned = rows.slice(0, max)
  const matching = scanned.filter(matches)
  const page = matching.slice(0, limit)
  if (matching.length > limit) return { page, last: page.at(-1) }
  return { page, last: rows.length > max ? scanned.at(-1) : undefined }
}
