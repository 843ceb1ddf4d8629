/** Puts so many entries of a user straight into D1. They stand for nothing, and nobody would take them for intact. */
export async function withEntries(d1: D1Database, userId: string, count: number): Promise<void> {
  await d1
    .prepare(
      `INSERT INTO entries (user_id, seq, bytes, hash)
       WITH RECURSIVE counted(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM counted WHERE seq < ?2)
       SELECT ?1, seq, json_object('userId', ?1, 'seq', seq, 'data', json_object()), printf('%064x', seq) FROM counted`,
    )
    .bind(userId, count)
    .run()
}
