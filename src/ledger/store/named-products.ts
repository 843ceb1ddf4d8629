import { type SQL, sql } from 'drizzle-orm'
import { type JsonRow, type Part, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { referenceAccountIn } from '../../schema/reference-account-in.ts'
import { PLACES } from './look-ups/placeholders.ts'
import { type Memory, productKey } from './memory.ts'
import { type ProductRow, rowToProduct } from './product-row.ts'

interface NamedProductRow extends ProductRow {
  readonly provider: string
  readonly account: string
  readonly reference: string
}

const ACCOUNT = referenceAccountIn(sql`provider`, sql`account`)
const NAMED_BY_USER = sql`SELECT provider, ${ACCOUNT} AS account, reference FROM source_references WHERE user_id = ${PLACES.userId}`
const NAMED = sql`SELECT value ->> 0 AS provider, value ->> 1 AS account, value ->> 2 AS reference FROM ${PLACES.references}`

/** The products that the references stand for that are asked for, a plan's by the product's own id. */
export const productsQuery = jsonRows({ product: productsNamed(NAMED) })

/** The same, and those of the user's sources too: a part of `jsonRows`. */
export const PRODUCTS_OF_USER = productsNamed(sql`${NAMED_BY_USER} UNION ${NAMED}`)

function productsNamed(names: SQL): Part {
  return {
    json: sql`json_object('provider', names.provider, 'account', names.account, 'reference', names.reference,
      'id', products.id, 'features', products.features, 'duration', products.duration,
      'archivedAt', products.archived_at)`,
    from: sql`(${names}) AS names
      LEFT JOIN product_references ON ${isNamed('product_references')}
      LEFT JOIN products ON products.id = CASE names.provider WHEN 'api' THEN names.reference
        ELSE product_references.product_id END
      LEFT JOIN retired_references ON ${isNamed('retired_references')}
      WHERE products.id IS NOT NULL OR retired_references.ref IS NOT NULL`,
  }
}

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
