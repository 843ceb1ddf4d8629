import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { UserId } from '../../domain/values/ids.ts'
import { JSON_ROW, type JsonRow, type Part, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { referenceAccountIn } from '../../schema/reference-account-in.ts'
import { type LookUpRequest, type Memory, productKey } from './memory.ts'
import { type ProductRow, rowToProduct } from './product-row.ts'

interface NamedProductRow extends ProductRow {
  readonly provider: string
  readonly account: string
  readonly reference: string
}

/**
 * The products that references stand for, a plan's by the product's own id; where a user is named, those of the user's sources
 * too.
 */
export function namedProducts(references: LookUpRequest['references'], userId: UserId | null = null): Part {
  const ofUser =
    userId === null
      ? sql``
      : sql`SELECT provider, ${ACCOUNT} AS account, reference FROM source_references WHERE user_id = ${userId} UNION`
  const names = sql`(${ofUser} SELECT value ->> 0 AS provider, value ->> 1 AS account, value ->> 2 AS reference
    FROM json_each(${JSON.stringify(references)})) AS names`
  return {
    json: PRODUCT,
    from: sql`${names}
      LEFT JOIN product_references ON ${isNamed('product_references')}
      LEFT JOIN products ON products.id = CASE names.provider WHEN 'api' THEN names.reference
        ELSE product_references.product_id END
      LEFT JOIN retired_references ON ${isNamed('retired_references')}
      WHERE products.id IS NOT NULL OR retired_references.ref IS NOT NULL`,
  }
}

/** The same asked by itself. */
export function productsQuery(d1: D1Database, references: LookUpRequest['references']) {
  return drizzle(d1)
    .select(JSON_ROW)
    .from(jsonRows({ product: namedProducts(references) }))
}

const ACCOUNT = referenceAccountIn(sql`provider`, sql`account`)

const PRODUCT = sql`json_object('provider', names.provider, 'account', names.account, 'reference', names.reference,
  'id', products.id, 'features', products.features, 'duration', products.duration,
  'archivedAt', products.archived_at)`

function isNamed(table: string): SQL {
  return sql.raw(
    `${table}.provider = names.provider AND ${table}.account = names.account AND ${table}.ref = names.reference`,
  )
}

/** The products among rows, by the references that stand for them. */
export function productsIn(rows: readonly JsonRow[]): Memory['products'] {
  const found = rowsOf(rows, 'product') as readonly NamedProductRow[]
  return new Map(
    found.map((row) => [productKey(row.provider, row.account, row.reference), rowToProduct(row)]),
  )
}
