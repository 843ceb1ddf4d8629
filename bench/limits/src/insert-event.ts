import type { Env, EventRow } from './env.ts'

/** Inserts the row of an event that the ledger wrote, under another name. */
export async function insertEvent({ DB }: Env, { body, ...rest }: EventRow, eventId: string): Promise<void> {
  const row = { ...rest, id: `inb_${crypto.randomUUID()}`, event_id: eventId, body: new Uint8Array(body) }
  const columns = Object.keys(row)
  await DB.prepare(
    `INSERT INTO inbox (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (provider, account, event_id) DO UPDATE SET deliveries = deliveries + 1 RETURNING id`,
  )
    .bind(...Object.values(row))
    .all()
}
