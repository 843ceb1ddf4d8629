import { env } from 'cloudflare:workers'

/**
 * Copies of an event of the inbox, each with an id of its own and all that it waits for: so many of a kind as could not
 * be sent one by one. Answers their ids, in their order.
 */
export async function copiesOf(eventId: string, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${eventId}-${index}`)
  const copied = [
    'provider, account, type, mode, occurred_at, received_at, headers, body, body_sha256, facts_sha256',
    'state, reason, flags, user_id, versions, attempts, next_attempt_at',
  ].join(', ')
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO inbox (id, event_id, ${copied})
       SELECT copy.id, copy.id, ${copied}
       FROM (SELECT value AS id FROM json_each(?2)) copy, inbox WHERE inbox.id = ?1`,
    ).bind(eventId, JSON.stringify(ids)),
    env.DB.prepare(
      `INSERT INTO inbox_waits (provider, account, key, inbox_id)
       SELECT provider, account, key, copy.id
       FROM (SELECT value AS id FROM json_each(?2)) copy, inbox_waits WHERE inbox_id = ?1`,
    ).bind(eventId, JSON.stringify(ids)),
  ])
  return ids
}

/** In which state so many of these events are. */
export async function statesOf(ids: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { results } = await env.DB.prepare(
    `SELECT state, count(*) AS events FROM inbox WHERE id IN (SELECT value FROM json_each(?1)) GROUP BY state`,
  )
    .bind(JSON.stringify(ids))
    .all<{ state: string; events: number }>()
  return Object.fromEntries(results.map(({ state, events }) => [state, events]))
}
