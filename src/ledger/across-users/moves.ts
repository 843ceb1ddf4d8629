import { asc, isNotNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { inList } from '../in-list.ts'
import { customers } from './schema.ts'
import type { ProviderAccount } from './provider-account.ts'

/** A customer who was given to another user, and whose sources still have to follow. */
export interface Move extends ProviderAccount {
  readonly customerId: string
  readonly userId: string
  readonly movedAt: number
  /** All who had the customer since the last move that was carried out. */
  readonly from: readonly string[]
}

/** The moves that are not carried out, the oldest first. */
export async function movesToDo(d1: D1Database, limit: number): Promise<readonly Move[]> {
  const rows = await drizzle(d1)
    .select()
    .from(customers)
    .where(isNotNull(customers.movingFrom))
    .orderBy(asc(customers.movedAt))
    .limit(limit)
  return rows.map(({ movingFrom, movedAt, ...row }) => ({
    ...row,
    movedAt: movedAt ?? 0,
    from: JSON.parse(movingFrom ?? '[]') as readonly string[],
  }))
}

/** Sources of the customer that have not followed yet: claimed for, or known to, one who had the customer. */
export async function sourcesToMove(d1: D1Database, move: Move, limit: number): Promise<readonly string[]> {
  const rows = await drizzle(d1).all<{ sourceRef: string }>(sql`
    SELECT DISTINCT refs.source_ref AS sourceRef FROM ${toMove(move)} LIMIT ${limit}`)
  return rows.map(({ sourceRef }) => sourceRef)
}

/** Gives a source with all the ids that stand for it to the new user, unless there is a later move by now. */
export async function moveRefs(d1: D1Database, move: Move, sourceRef: string): Promise<void> {
  const { provider, account, userId, from } = move
  await drizzle(d1).run(sql`
    UPDATE refs INDEXED BY refs_by_source SET user_id = ${userId}
    WHERE provider = ${provider} AND account = ${account} AND source_ref = ${sourceRef}
      AND ${inList(sql`user_id`, from)} AND EXISTS (SELECT 1 FROM customers WHERE ${isLatest(move)})`)
}

/** Writes down that a move is carried out, if it is: nothing is left, and none came meanwhile. */
export async function moveDone(d1: D1Database, move: Move): Promise<boolean> {
  const { meta } = await drizzle(d1).run(sql`
    UPDATE customers SET moving_from = NULL
    WHERE ${isLatest(move)} AND NOT EXISTS (SELECT 1 FROM ${toMove(move)})`)
  return meta.changes > 0
}

function toMove({ provider, account, customerId, from }: Move) {
  return sql`refs INDEXED BY refs_by_customer
    WHERE refs.provider = ${provider} AND refs.account = ${account} AND refs.customer_id = ${customerId}
    AND (${inList(sql`refs.user_id`, from)} OR EXISTS (
      SELECT 1 FROM sources
      WHERE ${inList(sql`sources.user_id`, from)} AND sources.provider = refs.provider
        AND sources.account = refs.account AND sources.ref = refs.source_ref
    ))`
}

function isLatest({ provider, account, customerId, userId, movedAt }: Move) {
  return sql`customers.provider = ${provider} AND customers.account = ${account}
    AND customers.customer_id = ${customerId} AND customers.user_id = ${userId} AND customers.moved_at = ${movedAt}`
}
