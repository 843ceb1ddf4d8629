import { and, desc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import { type PastBySeq, isUsageEntry } from '../../domain/user/past.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { inList } from '../../platform/in-list.ts'
import { referenceAccountIn } from '../../schema/reference-account-in.ts'
import { catalog, productReferences, products, retiredReferences } from '../../schema/shared-tables.ts'
import { entries, reservations, resolutions, sources } from '../../schema/user-tables.ts'
import type { LedgerHead } from '../submission.ts'
import { genesisHash } from './chain.ts'
import { bytesToEntry } from './entry-bytes.ts'
import { laggingQuery } from './lagging-sources.ts'
import { type Memory, type LookUpRequest, productKey } from './memory.ts'
import { rowToProduct } from './product-row.ts'
import { receiptsByKey, receiptsQuery } from './receipts/receipts-by-key.ts'
import { rightsIn, rightsQuery } from './rights-query.ts'
import { rowToSource } from './source-row.ts'
import { type ResolutionRow, rowToReservation, rowToResolution } from './usage-rows.ts'

/**
 * Reads a user's state from the primary, with spent lots that stand alike as one, and what a group of commands wants to have
 * looked up, in one batch.
 */
export async function load(d1: D1Database, userId: UserId, wanted: LookUpRequest): Promise<Memory> {
  const db = drizzle(d1)
  const always = [
    headQuery(d1, userId),
    rightsQuery(d1, userId, wanted, true),
    receiptsQuery(db, userId, wanted.receiptKeys),
    db.select().from(catalog),
    db.select().from(sources).where(eq(sources.userId, userId)),
    productsQuery(d1, wanted.references, userId),
    db.select().from(reservations).where(eq(reservations.userId, userId)),
    laggingQuery(d1, userId),
  ] as const
  // A statement that finds nothing costs its time, and who is new waits for each.
  const [
    headRows,
    rightRows,
    receiptRows,
    catalogRows,
    sourceRows,
    productRows,
    reservationRows,
    lagging,
    pastRows,
    resolutionRows,
  ] =
    wanted.seqs.length === 0
      ? [...(await db.batch(always)), [] as never[], [] as never[]]
      : await db.batch([...always, ...pastQueries(d1, userId, wanted.seqs)])

  const [last] = headRows
  const { standIns, ...rights } = rightsIn(rightRows)
  return {
    state: {
      userId,
      version: last?.seq ?? 0,
      recordedAt: last === undefined ? 0 : recordedAtOf(last.bytes),
      ...rights,
      sources: new Map(sourceRows.map(rowToSource).map((known) => [sourceKeyText(known.source), known])),
      reservations: new Map(reservationRows.map((row) => [row.seq, rowToReservation(row)])),
    },
    past: pastOf(pastRows, resolutionRows),
    hash: last?.hash ?? (await genesisHash(userId)),
    receipts: new Map(receiptsByKey(receiptRows)),
    products: productsIn(productRows),
    catalogVersion: catalogRows[0]?.version ?? 0,
    standIns,
    lagging,
  }
}

/** Entries that commands name, and what became of what they recorded. */
export function pastQueries(d1: D1Database, userId: UserId, seqs: LookUpRequest['seqs']) {
  const db = drizzle(d1)
  const [ofEntries, ofResolutions] = [inList(entries.seq, seqs), inList(resolutions.seq, seqs)]
  return [
    db
      .select()
      .from(entries)
      .where(and(eq(entries.userId, userId), ofEntries)),
    db
      .select()
      .from(resolutions)
      .where(and(eq(resolutions.userId, userId), ofResolutions)),
  ] as const
}

/** The consumptions and reservations among the entries that were asked for, and what became of them. */
export function pastOf(
  entryRows: readonly (typeof entries.$inferSelect)[],
  resolutionRows: readonly ResolutionRow[],
): PastBySeq {
  const resolutionBySeq = new Map(resolutionRows.map((row) => [row.seq, rowToResolution(row)]))
  return new Map(
    entryRows.flatMap(({ seq, bytes }) => {
      const { entry } = bytesToEntry(bytes)
      return isUsageEntry(entry) ? [[seq, { entry, resolution: resolutionBySeq.get(seq) ?? null }]] : []
    }),
  )
}

/** The products that references stand for; where a user is named, those of the user's sources too. */
export function productsQuery(
  d1: D1Database,
  references: LookUpRequest['references'],
  userId: UserId | null = null,
) {
  const keys = JSON.stringify(references)
  const account = referenceAccountIn(sql`provider`, sql`account`)
  const ofUser = sql`SELECT provider, ${account} AS account, reference FROM source_references WHERE user_id = ${userId} UNION`
  const isNamed = (table: typeof productReferences | typeof retiredReferences) =>
    sql`${table.provider} = names.provider AND ${table.account} = names.account AND ${table.ref} = names.reference`
  return drizzle(d1)
    .select({
      provider: sql<string>`names.provider`,
      account: sql<string>`names.account`,
      reference: sql<string>`names.reference`,
      id: products.id,
      features: products.features,
      duration: products.duration,
    })
    .from(
      sql`(${userId === null ? sql`` : ofUser} SELECT value ->> 0 AS provider, value ->> 1 AS account, value ->> 2 AS reference
        FROM json_each(${keys})) AS names`,
    )
    .leftJoin(productReferences, isNamed(productReferences))
    .leftJoin(products, eq(products.id, productReferences.productId))
    .leftJoin(retiredReferences, isNamed(retiredReferences))
    .where(sql`${products.id} IS NOT NULL OR ${retiredReferences.ref} IS NOT NULL`)
}

type ProductRows = Awaited<ReturnType<typeof productsQuery>>

/** Products by the references that stand for them. */
export function productsIn(rows: ProductRows): Memory['products'] {
  return new Map(rows.map((row) => [productKey(row.provider, row.account, row.reference), rowToProduct(row)]))
}

/** The last entry that D1 has of a user. */
export async function headOf(d1: D1Database, userId: UserId): Promise<LedgerHead> {
  const [last] = await headQuery(d1, userId)
  return last === undefined
    ? { version: 0, hash: await genesisHash(userId) }
    : { version: last.seq, hash: last.hash }
}

/** The hash of the entry at `seq`, `null` when there is none. */
export async function hashAt(d1: D1Database, userId: UserId, seq: Seq): Promise<string | null> {
  const [row] = await drizzle(d1)
    .select({ hash: entries.hash })
    .from(entries)
    .where(and(eq(entries.userId, userId), eq(entries.seq, seq)))
  return row?.hash ?? null
}

/** The last entry of a user, to be asked alone or in a batch. */
export function headQuery(d1: D1Database, userId: UserId) {
  return drizzle(d1)
    .select({ seq: entries.seq, hash: entries.hash, bytes: entries.bytes })
    .from(entries)
    .where(eq(entries.userId, userId))
    .orderBy(desc(entries.seq))
    .limit(1)
}

function recordedAtOf(bytes: string): Instant {
  return Date.parse((JSON.parse(bytes) as { recordedAt: string }).recordedAt)
}
