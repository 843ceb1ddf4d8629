import { env } from 'cloudflare:workers'

/**
 * Puts a source of each user straight into D1 that names the reference, as a purchase of it would. Nothing is known of
 * it, so that no job can settle it, and what is still to be settled stays the same.
 */
export async function withSources(
  {
    provider,
    account = '',
    ref: reference,
  }: { readonly provider: string; readonly account?: string; readonly ref: string },
  userIds: readonly string[],
  catalogVersion = 0,
): Promise<void> {
  const users = JSON.stringify(userIds)
  const ref = `sub_${crypto.randomUUID()}`
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO sources (user_id, provider, account, ref, register, version, catalog_version)
       SELECT value, ?2, ?5, ?3, '{}', 1, ?4 FROM json_each(?1)`,
    ).bind(users, provider, ref, catalogVersion, account),
    env.DB.prepare(
      `INSERT INTO source_references (user_id, provider, account, ref, reference, catalog_version)
       SELECT value, ?2, ?5, ?3, ?4, ?6 FROM json_each(?1)`,
    ).bind(users, provider, ref, reference, account, catalogVersion),
  ])
}

/** Lets every source of the reference be settled with the catalog as it is now. */
export async function settleSources({ provider, ref }: { provider: string; ref: string }): Promise<void> {
  await env.DB.prepare(
    `UPDATE source_references SET catalog_version = (SELECT version FROM catalog) WHERE provider = ? AND reference = ?`,
  )
    .bind(provider, ref)
    .run()
}

interface EventRow {
  readonly id: string
  readonly provider: string
  readonly event_id: string
  readonly type: string
  readonly received_at: number
  readonly state: string
  readonly reason: string | null
  readonly user_id: string | null
  readonly body: ArrayBuffer | null
}

/** Puts an event straight into the inbox, settled, so that no sweep takes it up. Answers its id. */
export async function withEvent(row: Partial<EventRow> = {}): Promise<string> {
  const receivedAt = row.received_at ?? Date.now()
  const moment = receivedAt.toString(16).padStart(12, '0')
  const chance = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
  const all: EventRow = {
    id: `inb_${moment}${chance}`,
    provider: 'stripe',
    event_id: `evt_${chance}`,
    type: 'invoice.paid',
    received_at: receivedAt,
    state: 'applied',
    reason: null,
    user_id: null,
    body: null,
    ...row,
  }
  await env.DB.prepare(
    `INSERT INTO inbox (id, provider, account, event_id, type, occurred_at, received_at, headers, body, body_sha256, facts_sha256,
       state, reason, user_id) VALUES (?, ?, '', ?, ?, 1000, ?, '{"secret":"of a header"}', ?, 'hash', 'hash', ?, ?, ?)`,
  )
    .bind(
      all.id,
      all.provider,
      all.event_id,
      all.type,
      all.received_at,
      all.body,
      all.state,
      all.reason,
      all.user_id,
    )
    .run()
  return all.id
}

export function gzip(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
}
