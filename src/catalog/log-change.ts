import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Condition } from '../domain/values/condition.ts'
import type { Instant } from '../domain/values/instant.ts'
import { catalogChanges, features, products } from '../schema/catalog-tables.ts'
import { catalogVersion } from './catalog-version.ts'

/** What a change of the catalog rests on, and who asks for it, when and why. */
export interface ChangeTerms {
  readonly condition: Condition
  readonly at: Instant
  /** The subject of a token; for ever in the log, as is the reason. */
  readonly actor: string
  readonly reason: string | null
}

// Statements for the batch that changes, behind all that change. What they log has the members of migrations 0023 and 0026.

export function logFeature(d1: D1Database, key: string, terms: ChangeTerms | undefined) {
  return drizzle(d1)
    .insert(catalogChanges)
    .select(
      sql`SELECT version, 'feature', key, ${toldBy(terms)}, json_object('key', key, 'type', type, 'name', name, 'unit', unit,
          'overage', overage, 'combine', combine, 'held', json(iif(held, 'true', 'false')), 'windowMs', window_ms,
          'spends', spends, 'overageMax', overage_max, 'archivedAt', archived_at, 'disabledAt', disabled_at, 'version', version)
        FROM ${features} WHERE key = ${key} AND version = ${catalogVersion()}`,
    )
}

export function logProduct(d1: D1Database, id: string, terms: ChangeTerms | undefined) {
  return drizzle(d1)
    .insert(catalogChanges)
    .select(
      sql`SELECT version, 'product', id, ${toldBy(terms)}, json_object('id', id, 'name', name, 'features', json(features),
          'duration', json(coalesce(duration, 'null')), 'everyone', json(coalesce(everyone, 'null')), 'references',
          (SELECT json_group_array(json_object('provider', provider, 'account', account, 'ref', ref))
            FROM product_references WHERE product_id = id),
          'archivedAt', archived_at, 'version', version)
        FROM ${products} WHERE id = ${id} AND version = ${catalogVersion()}`,
    )
}

/** The columns `at`, `actor` and `reason`: empty where nobody asked. */
function toldBy(terms: ChangeTerms | undefined) {
  return sql`${terms?.at ?? null}, ${terms?.actor ?? null}, ${terms?.reason ?? null}`
}
