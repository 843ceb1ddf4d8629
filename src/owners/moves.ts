import { type SQL, asc, isNotNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SourceKey } from '../domain/purchases/register/source-key.ts'
import type { UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { batchOf } from '../platform/batch-of.ts'
import { customers } from '../schema/shared-tables.ts'
import {
  type OwnerChange,
  ALL_FROM,
  newOwnerChange,
  changeUsers,
  movableOf,
  sourcesOf,
} from './change-user.ts'
import { isCustomer } from './customers.ts'

// Sources that are on a move: whose user has become another, and whose ledgers have still to hand them over.

/** How long a move that failed waits for its next try. */
const REST_MS = 60_000

/** A source whose user has become another, and that still has to follow. */
export interface Move {
  readonly source: SourceKey
  readonly moveId: string
  /** To whom; `null` where it is withheld from everybody. */
  readonly to: UserId | null
  /** All who may have something of it. */
  readonly from: readonly UserId[]
}

interface MoveRow extends SourceKey {
  readonly moveId: string
  readonly movingFrom: string
  readonly userId: UserId | null
}

/**
 * The moves that are due. Of many half are the oldest and half the newest: neither those of a large customer nor those that
 * fail hold up the others.
 */
export async function movesToDo(d1: D1Database, now: Instant, limit: number): Promise<readonly Move[]> {
  const half = Math.ceil(limit / 2)
  const oldest = await moves(d1, sql`due_at <= ${now} ORDER BY due_at LIMIT ${half}`)
  if (oldest.length < half || limit === half) return oldest
  const newest = await moves(d1, sql`due_at <= ${now} ORDER BY due_at DESC LIMIT ${limit - half}`)
  const known = new Set(oldest.map(keyOf))
  return [...oldest, ...newest.filter((move) => !known.has(keyOf(move)))]
}

function keyOf({ source: { provider, account, ref } }: Move): string {
  return JSON.stringify([provider, account, ref])
}

/** The moves that one change of users began. */
export function movesOf(
  d1: D1Database,
  { moveId, at }: OwnerChange,
  limit: number,
): Promise<readonly Move[]> {
  return moves(d1, sql`due_at = ${at} AND move_id = ${moveId} LIMIT ${limit}`)
}

/** The move that a source is on, whether or not it is due; `null` where it is on none. */
export async function moveOf(d1: D1Database, source: SourceKey): Promise<Move | null> {
  const { provider, account, ref } = source
  const isOf = sql`provider = ${provider} AND account = ${account} AND source_ref = ${ref}`
  const [move = null] = await moves(d1, isOf, sql``)
  return move
}

async function moves(
  d1: D1Database,
  which: SQL,
  indexed = sql`INDEXED BY source_moves_due`,
): Promise<readonly Move[]> {
  const rows = await drizzle(d1).all<MoveRow>(sql`
    SELECT provider, account, source_ref AS ref, move_id AS moveId, moving_from AS movingFrom, (
      SELECT user_id FROM refs INDEXED BY refs_by_source
      WHERE refs.provider = due.provider AND refs.account = due.account AND refs.source_ref = due.source_ref LIMIT 1
    ) AS userId
    FROM source_moves due ${indexed} WHERE due_at IS NOT NULL AND ${which}`)
  return rows.map(({ provider, account, ref, moveId, movingFrom, userId }) => ({
    source: { provider, account, ref },
    moveId,
    to: userId || null,
    from: JSON.parse(movingFrom) as readonly UserId[],
  }))
}

/** Writes down that a move is carried out, unless another one came meanwhile. What is withheld stays known. */
export async function forgetMove(d1: D1Database, move: Move): Promise<void> {
  await drizzle(d1).run(
    move.to === null
      ? sql`UPDATE source_moves SET due_at = NULL, moving_from = '[]' WHERE ${isStill(move)}`
      : sql`DELETE FROM source_moves WHERE ${isStill(move)}`,
  )
}

/** Makes a move that failed due again after a while, so that others are carried out first. */
export async function postponeMove(d1: D1Database, move: Move, now: Instant): Promise<void> {
  await drizzle(d1).run(sql`UPDATE source_moves SET due_at = ${now + REST_MS} WHERE ${isStill(move)}`)
}

/**
 * Takes over the moves of customers that were begun before each source had its own. What names somebody by now, or was
 * moved by hand in the meantime, stays whose it is; from whom the customer was moved may still have something of it.
 */
export async function takeOverMoves(d1: D1Database, now: Instant, limit: number): Promise<void> {
  const db = drizzle(d1)
  const moving = await db
    .select()
    .from(customers)
    .where(isNotNull(customers.movingFrom))
    .orderBy(asc(customers.movedAt))
    .limit(limit)
  for (const { customerId, userId, movingFrom, ...of } of moving) {
    const change = newOwnerChange(now)
    await batchOf(d1, [
      ...changeUsers(movableOf(of, customerId), userId, change),
      sql`
        INSERT INTO source_moves (provider, account, source_ref, move_id, moving_from, due_at)
        SELECT provider, account, source_ref, ${change.moveId}, ${movingFrom}, ${now}
        FROM (${sourcesOf(of, customerId)}) chosen WHERE true
        ON CONFLICT (provider, account, source_ref) DO UPDATE SET
          move_id = excluded.move_id, due_at = excluded.due_at, moving_from = ${ALL_FROM}`,
      db.update(customers).set({ movingFrom: null }).where(isCustomer(of, customerId)),
    ])
  }
}

function isStill({ source: { provider, account, ref }, moveId }: Move) {
  return sql`provider = ${provider} AND account = ${account} AND source_ref = ${ref} AND move_id = ${moveId}`
}
