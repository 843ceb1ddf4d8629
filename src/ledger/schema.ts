import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { isNotNull } from 'drizzle-orm'

// Mirrors `migrations/`, which is the truth: STRICT, WITHOUT ROWID, CHECKs and triggers can only be said there.

export const entries = sqliteTable(
  'entries',
  {
    userId: text('user_id').notNull(),
    seq: integer('seq').notNull(),
    bytes: text('bytes').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
)

export const notes = sqliteTable(
  'notes',
  {
    userId: text('user_id').notNull(),
    seq: integer('seq').notNull(),
    salt: text('salt').notNull(),
    json: text('json').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
)

export const entitlements = sqliteTable(
  'entitlements',
  {
    userId: text('user_id').notNull(),
    id: text('id').notNull(),
    feature: text('feature').notNull(),
    provider: text('provider').notNull(),
    sourceRef: text('source_ref').notNull(),
    product: text('product'),
    allowance: text('allowance').notNull(),
    startsAt: integer('starts_at'),
    endsAt: integer('ends_at'),
    graceEndsAt: integer('grace_ends_at'),
    trial: integer('trial', { mode: 'boolean' }).notNull(),
    priority: integer('priority').notNull(),
    createdAt: integer('created_at').notNull(),
    suspendedAt: integer('suspended_at'),
    revokedAt: integer('revoked_at'),
    metadataSeq: integer('metadata_seq'),
    version: integer('version').notNull(),
    account: text('account').notNull().default(''),
    held: integer('held', { mode: 'boolean' }).notNull().default(false),
    withdrawn: integer('withdrawn', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    index('entitlements_by_feature').on(table.feature, table.userId, table.id),
    index('entitlements_by_source_ref').on(table.sourceRef, table.userId, table.id),
  ],
)

export const receipts = sqliteTable(
  'receipts',
  {
    userId: text('user_id').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    status: integer('status').notNull(),
    headers: text('headers').notNull(),
    body: text('body').notNull(),
    expiresAt: integer('expires_at'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.key] }),
    index('receipts_by_expiry').on(table.expiresAt).where(isNotNull(table.expiresAt)),
  ],
)

export const guards = sqliteTable('guards', { holds: integer('holds').notNull() })

export const catalog = sqliteTable('catalog', {
  id: integer('id').primaryKey(),
  version: integer('version').notNull(),
})

export const features = sqliteTable('features', {
  key: text('key').primaryKey().notNull(),
  type: text('type', { enum: ['boolean', 'config'] }).notNull(),
  name: text('name'),
  archivedAt: integer('archived_at'),
  version: integer('version').notNull(),
})

export const products = sqliteTable('products', {
  id: text('id').primaryKey().notNull(),
  name: text('name').notNull(),
  features: text('features').notNull(),
  archivedAt: integer('archived_at'),
  version: integer('version').notNull(),
})

export const productReferences = sqliteTable(
  'product_references',
  {
    provider: text('provider').notNull(),
    ref: text('ref').notNull(),
    productId: text('product_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.ref] }),
    index('product_references_by_product').on(table.productId),
  ],
)

export const cursorKeys = sqliteTable('cursor_keys', { key: text('key').notNull() })

export const sources = sqliteTable(
  'sources',
  {
    userId: text('user_id').notNull(),
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    ref: text('ref').notNull(),
    register: text('register').notNull(),
    version: integer('version').notNull(),
    catalogVersion: integer('catalog_version').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.provider, table.account, table.ref] })],
)

export const sourceReferences = sqliteTable(
  'source_references',
  {
    userId: text('user_id').notNull(),
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    ref: text('ref').notNull(),
    reference: text('reference').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.provider, table.account, table.ref, table.reference] }),
    index('source_references_by_reference').on(
      table.provider,
      table.reference,
      table.userId,
      table.account,
      table.ref,
    ),
  ],
)

export const refs = sqliteTable(
  'refs',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    sourceRef: text('source_ref').notNull(),
    customerId: text('customer_id'),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.account, table.id] }),
    index('refs_by_customer')
      .on(table.provider, table.account, table.customerId)
      .where(isNotNull(table.customerId)),
    index('refs_by_source').on(table.provider, table.account, table.sourceRef),
  ],
)

export const customers = sqliteTable(
  'customers',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    customerId: text('customer_id').notNull(),
    userId: text('user_id').notNull(),
    movedAt: integer('moved_at'),
    movingFrom: text('moving_from'),
  },
  (table) => [primaryKey({ columns: [table.provider, table.account, table.customerId] })],
)

export const inbox = sqliteTable(
  'inbox',
  {
    id: text('id').primaryKey().notNull(),
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    mode: text('mode', { enum: ['live', 'test'] }),
    occurredAt: integer('occurred_at').notNull(),
    receivedAt: integer('received_at').notNull(),
    bodySha256: text('body_sha256').notNull(),
    factsSha256: text('facts_sha256').notNull(),
    state: text('state', {
      enum: ['received', 'applied', 'ignored', 'superseded', 'quarantined', 'failed', 'dead'],
    }).notNull(),
    reason: text('reason'),
    flags: text('flags').notNull().default('[]'),
    userId: text('user_id'),
    versions: text('versions').notNull().default('[]'),
    deliveries: integer('deliveries').notNull().default(1),
    conflicts: text('conflicts').notNull().default('[]'),
    replays: integer('replays').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at'),
    headers: text('headers').notNull(),
    reread: text('reread'),
    body: blob('body', { mode: 'buffer' }),
  },
  (table) => [
    index('inbox_by_next_attempt').on(table.nextAttemptAt).where(isNotNull(table.nextAttemptAt)),
    index('inbox_by_state').on(table.state, table.id),
    index('inbox_by_user').on(table.userId, table.id).where(isNotNull(table.userId)),
    index('inbox_with_body').on(table.state, table.receivedAt).where(isNotNull(table.body)),
  ],
)

export const changedReferences = sqliteTable(
  'changed_references',
  {
    provider: text('provider').notNull(),
    ref: text('ref').notNull(),
    catalogVersion: integer('catalog_version').notNull(),
    productId: text('product_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.ref] }),
    index('changed_references_by_product').on(table.productId),
  ],
)

export const inboxWaits = sqliteTable(
  'inbox_waits',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    key: text('key').notNull(),
    inboxId: text('inbox_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.account, table.key, table.inboxId] }),
    index('inbox_waits_by_event').on(table.inboxId),
  ],
)
