import type { UserId } from '../../domain/values/ids.ts'

// Each is looked up by the key of its first entry: one row for each that is there.
const RECORDED = `
  SELECT asked.value AS userId FROM json_each(?1) asked
  WHERE EXISTS (SELECT 1 FROM entries WHERE user_id = asked.value AND seq = 1)`

/** Of which of these users anything is recorded, by one question to D1's primary: it knows every change that was answered. */
export async function recordedUsers(
  d1: D1Database,
  userIds: readonly UserId[],
): Promise<ReadonlySet<string>> {
  const { results } = await d1
    .prepare(RECORDED)
    .bind(JSON.stringify(userIds))
    .all<{ readonly userId: UserId }>()
  return new Set(results.map(({ userId }) => userId))
}
