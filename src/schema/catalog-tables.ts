import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Mirrors `migrations/`, which is the truth: STRICT, WITHOUT ROWID, CHECKs and triggers can only be said there.

// The catalog: features, products, and how it changed.

export const catalog = sqliteTable('catalog', {
  id: integer('id').primaryKey(),
  version: integer('version').notNull(),
})

export const features = sqliteTable('features', {
  key: text('key').primaryKey().notNull(),
  type: text('type', { enum: ['boolean', 'config', 'metered'] }).notNull(),
  name: text('name'),
  archivedAt: integer('archived_at'),
  version: integer('version').notNull(),
  unit: text('unit'),
  overage: text('overage', { enum: ['deny', 'allow'] })
    .notNull()
    .default('deny'),
  combine: text('combine', { enum: ['latest', 'max', 'min', 'sum', 'union'] })
    .notNull()
    .default('latest'),
  disabledAt: integer('disabled_at'),
  held: integer('held', { mode: 'boolean' }).notNull().default(false),
  windowMs: integer('window_ms'),
  spends: text('spends'),
  overageMax: integer('overage_max'),
})

export const products = sqliteTable('products', {
  id: text('id').primaryKey().notNull(),
  name: text('name').notNull(),
  features: text('features').notNull(),
  archivedAt: integer('archived_at'),
  version: integer('version').notNull(),
  duration: text('duration'),
  everyone: text('everyone'),
})

export const catalogChanges = sqliteTable(
  'catalog_changes',
  {
    version: integer('version').notNull(),
    kind: text('kind', { enum: ['feature', 'product'] }).notNull(),
    key: text('key').notNull(),
    at: integer('at'),
    actor: text('actor'),
    reason: text('reason'),
    what: text('what').notNull(),
  },
  (table) => [primaryKey({ columns: [table.version, table.kind, table.key] })],
)

export const productReferences = sqliteTable(
  'product_references',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull().default(''),
    ref: text('ref').notNull(),
    productId: text('product_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.account, table.ref] }),
    index('product_references_by_product').on(table.productId),
    index('product_references_by_ref').on(table.provider, table.ref),
  ],
)

export const changedReferences = sqliteTable(
  'changed_references',
  {
    provider: text('provider').notNull(),
    ref: text('ref').notNull(),
    catalogVersion: integer('catalog_version').notNull(),
    productId: text('product_id').notNull(),
    goesOnAfter: text('goes_on_after').notNull().default(''),
    rounds: integer('rounds').notNull().default(0),
    dueAt: integer('due_at').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.ref] }),
    index('changed_references_by_product').on(table.productId),
    index('changed_references_due').on(table.dueAt, table.catalogVersion),
  ],
)
