import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { inList } from '../../platform/in-list.ts'
import { catalog, features } from '../../schema/shared-tables.ts'
import { entries, resolutions } from '../../schema/user-tables.ts'
import { headQuery, pastOf, productsIn, productsQuery, rowToFeature } from './load.ts'
import type { LookUpRequest, Memory } from './memory.ts'
import { receiptsByKey, receiptsQuery } from './receipts/receipts-by-key.ts'

/**
 * Looks up what a group of commands wants and a memory may lack, in one batch with the last entry and the version of the
 * catalog, and returns the memory with it; `null` where either is another than the memory has, so that all has to be read.
 */
export async function lookUp(d1: D1Database, memory: Memory, wanted: LookUpRequest): Promise<Memory | null> {
  const db = drizzle(d1)
  const { userId } = memory.state
  const { receiptKeys, references, seqs } = wanted
  const always = [
    headQuery(d1, userId),
    db.select().from(catalog),
    receiptsQuery(db, userId, receiptKeys),
    db.select().from(features).where(inList(features.key, wanted.features)),
  ] as const
  const others = [
    productsQuery(d1, references),
    db
      .select()
      .from(entries)
      .where(and(eq(entries.userId, userId), inList(entries.seq, seqs))),
    db
      .select()
      .from(resolutions)
      .where(and(eq(resolutions.userId, userId), inList(resolutions.seq, seqs))),
  ] as const
  // Most often a feature is missing, and nothing else: a statement that finds nothing costs its time.
  const isOfFeatures = references.length === 0 && seqs.length === 0
  const [headRows, catalogRows, receiptRows, featureRows, productRows, pastRows, resolutionRows] =
    isOfFeatures
      ? [...(await db.batch(always)), [] as never[], [] as never[], [] as never[]]
      : await db.batch([...always, ...others])
  const { version } = memory.state
  const isHead = (headRows[0]?.seq ?? 0) === version && (version === 0 || headRows[0]?.hash === memory.hash)
  if (!isHead || (catalogRows[0]?.version ?? 0) !== memory.catalogVersion) return null
  return {
    ...memory,
    receipts: new Map([...memory.receipts, ...receiptsByKey(receiptRows)]),
    features: new Map([
      ...memory.features,
      ...featureRows.map((row) => [row.key, rowToFeature(row)] as const),
    ]),
    products: new Map([...memory.products, ...productsIn(productRows)]),
    past: pastOf(pastRows, resolutionRows),
  }
}
