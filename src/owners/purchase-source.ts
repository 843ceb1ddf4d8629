import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type EntitlementState, stateOf } from '../domain/entitlements/state.ts'
import { billsOf } from '../domain/purchases/payments/bills.ts'
import { isGivenBack } from '../domain/purchases/products/is-given-back.ts'
import { itemsSold, unknownReferences } from '../domain/purchases/products/items.ts'
import { type Product, type ProductFeature, productsOf } from '../domain/purchases/products/product.ts'
import type { Item } from '../domain/purchases/register/fact.ts'
import type { Register } from '../domain/purchases/register/register.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { Seq, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { rowToEntitlement } from '../ledger/store/entitlement-row.ts'
import { textToRegister } from '../ledger/store/source-row.ts'
import { referenceAccountIn } from '../schema/reference-account-in.ts'
import { entitlements, sources } from '../schema/user-tables.ts'

// What has become of a purchase in the ledger of its user.

/** What the ledger of its user has of a purchase. */
export interface PurchaseSource {
  readonly version: Seq
  /** Of what it gives; empty where it gives nothing. */
  readonly states: readonly EntitlementState[]
  /** Whether it ever gave anything. */
  readonly hasGiven: boolean
  /** Whether it came to its end or all of it was given back, or else something of it was. */
  readonly over: 'all' | 'in_part' | 'no'
  /** What the catalog has of what was bought. */
  readonly sells: 'nothing_yet' | 'features' | 'no_features'
  /** References of what was bought that the catalog has by none of their names. */
  readonly unknownReferences: readonly string[]
}

interface Wanted {
  readonly userId: UserId
  readonly sourceId: SourceId
  readonly now: Instant
}

/** `null` where the ledger has never heard of it. */
export async function purchaseSource(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  { userId, sourceId, now }: Wanted,
): Promise<PurchaseSource | null> {
  const db = drizzle(d1)
  const isOfSource = (
    table: typeof sources | typeof entitlements,
    ref: typeof sources.ref | typeof entitlements.sourceRef,
  ) =>
    and(eq(table.userId, userId), eq(table.provider, provider), eq(table.account, account), eq(ref, sourceId))
  const [sourceRows, rows, mapped] = await db.batch([
    db.select().from(sources).where(isOfSource(sources, sources.ref)),
    db.select().from(entitlements).where(isOfSource(entitlements, entitlements.sourceRef)),
    db.select({
      reference: sql<string>`named.reference`,
      id: sql<string>`products.id`,
      features: sql<string>`products.features`,
    }).from(sql`source_references named
        CROSS JOIN product_references ON product_references.provider = named.provider
          AND product_references.account = ${referenceAccountIn(sql`named.provider`, sql`named.account`)}
          AND product_references.ref = named.reference
        CROSS JOIN products ON products.id = product_references.product_id`)
      .where(sql`named.user_id = ${userId} AND named.provider = ${provider} AND named.account = ${account}
        AND named.ref = ${sourceId}`),
  ])
  const [source] = sourceRows
  if (source === undefined) return null
  const products = new Map<string, Product>(
    mapped.map(({ reference, id, features }) => [
      reference,
      { id, features: JSON.parse(features) as readonly ProductFeature[] },
    ]),
  )
  const register = textToRegister(provider, source.register)
  const sold = itemsSold(register)
  const live = rows.filter(({ withdrawn }) => !withdrawn)
  return {
    version: Math.max(source.version, ...rows.map(({ version }) => version)),
    states: live.map((row) => stateOf(rowToEntitlement(row, null), now)),
    hasGiven: rows.length > 0,
    over: over(register),
    sells: sells(sold, products),
    unknownReferences: unknownReferences(sold, (reference) => products.get(reference)),
  }
}

function over(register: Register): PurchaseSource['over'] {
  const { subscription, reversals } = register
  const hasEnded = subscription?.terminal === true || subscription?.state === 'ended'
  if (hasEnded || isGivenBack(register)) return 'all'
  const isInPart =
    Object.values(reversals).some(({ undone }) => !undone) ||
    billsOf(register).some(({ returned }) => returned !== 'nothing')
  return isInPart ? 'in_part' : 'no'
}

function sells(items: readonly Item[], products: ReadonlyMap<string, Product>): PurchaseSource['sells'] {
  if (items.length === 0) return 'nothing_yet'
  const sold = items.flatMap((item) => productsOf(item, (reference) => products.get(reference)))
  return sold.some(({ features }) => features.length > 0) ? 'features' : 'no_features'
}
