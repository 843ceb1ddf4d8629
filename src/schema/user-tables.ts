import { isNotNull } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Mirrors `migrations/`, which is the truth: STRICT, WITHOUT ROWID, CHECKs and triggers can only be said there.

// What there is of one user.

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
    usageStays: integer('usage_stays', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    index('entitlements_by_feature').on(table.feature, table.userId, table.id),
    index('entitlements_by_source_ref').on(table.sourceRef, table.userId, table.id),
  ],
)

export const lots = sqliteTable(
  'lots',
  {
    userId: text('user_id').notNull(),
    entitlementId: text('entitlement_id').notNull(),
    period: integer('period'),
    name: integer('name'),
    carried: integer('carried').notNull(),
    used: integer('used').notNull(),
    forgiven: integer('forgiven').notNull(),
    version: integer('version').notNull(),
    others: text('others').notNull().default('[]'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.entitlementId] })],
)

export const reservations = sqliteTable(
  'reservations',
  {
    userId: text('user_id').notNull(),
    seq: integer('seq').notNull(),
    feature: text('feature').notNull(),
    amount: integer('amount').notNull(),
    takes: text('takes').notNull(),
    overage: integer('overage').notNull(),
    endsAt: integer('ends_at').notNull(),
    more: text('more'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
)

export const resolutions = sqliteTable(
  'resolutions',
  {
    userId: text('user_id').notNull(),
    seq: integer('seq').notNull(),
    version: integer('version').notNull(),
    how: text('how', { enum: ['reversed', 'committed', 'released'] }).notNull(),
    amount: integer('amount').notNull(),
    lapsedAt: integer('lapsed_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
)

export const holdings = sqliteTable(
  'holdings',
  {
    userId: text('user_id').notNull(),
    seq: integer('seq').notNull(),
    feature: text('feature').notNull(),
    taken: integer('taken').notNull(),
    amount: integer('amount').notNull(),
    version: integer('version').notNull(),
    overage: integer('overage').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
)

export const windows = sqliteTable(
  'windows',
  {
    userId: text('user_id').notNull(),
    feature: text('feature').notNull(),
    windowMs: integer('window_ms').notNull(),
    takes: text('takes').notNull(),
    version: integer('version').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.feature] })],
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
    packed: text('packed'),
    place: integer('place'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.key] }),
    index('receipts_by_expiry').on(table.expiresAt).where(isNotNull(table.expiresAt)),
  ],
)

export const guards = sqliteTable('guards', { holds: integer('holds').notNull() })

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

export const handedOver = sqliteTable(
  'handed_over',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    ref: text('ref').notNull(),
    userId: text('user_id').notNull(),
    moved: text('moved').notNull(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.account, table.ref, table.userId] })],
)

export const sourceReferences = sqliteTable(
  'source_references',
  {
    userId: text('user_id').notNull(),
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    ref: text('ref').notNull(),
    reference: text('reference').notNull(),
    catalogVersion: integer('catalog_version').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.provider, table.account, table.ref, table.reference] }),
    index('source_references_by_reference').on(
      table.provider,
      table.reference,
      table.catalogVersion,
      table.userId,
      table.account,
      table.ref,
    ),
  ],
)
