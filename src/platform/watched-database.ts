import type { DatabaseSize } from './database-size.ts'

/** A database of which each batch tells how large it is by now. */
export function watchedDatabase(d1: D1Database, size: DatabaseSize): D1Database {
  const watched: D1Database = {
    prepare: (query) => d1.prepare(query),
    batch: async <Row>(statements: D1PreparedStatement[]) => {
      const results = await d1.batch<Row>(statements)
      const bytes = results.at(-1)?.meta.size_after
      if (bytes !== undefined) size.isNow(bytes)
      return results
    },
    exec: (query) => d1.exec(query),
    withSession: (constraint) => d1.withSession(constraint),
    dump: () => d1.dump(),
  }
  return watched
}
