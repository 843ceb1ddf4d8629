import { eq, isNotNull, ne } from 'drizzle-orm'
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Mirrors `migrations/`, which is the truth: STRICT, WITHOUT ROWID, CHECKs and triggers can only be said there.

// What spans users besides the catalog: whose a purchase is, and the inbox.

export const retiredReferences = sqliteTable(
  'retired_references',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull().default(''),
    ref: text('ref').notNull(),
    catalogVersion: integer('catalog_version').notNull(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.account, table.ref] })],
)

export const cursorKeys = sqliteTable('cursor_keys', { key: text('key').notNull() })

/** Whose each purchase is, by every id that stands for it. */
export const purchaseIds = sqliteTable(
  'refs',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    sourceId: text('source_ref').notNull(),
    customerId: text('customer_id'),
    keepsNames: integer('keeps_names', { mode: 'boolean' }).notNull().default(false),
    store: text('store').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.account, table.id] }),
    index('refs_by_customer')
      .on(table.provider, table.account, table.customerId)
      .where(isNotNull(table.customerId)),
    index('refs_by_source').on(table.provider, table.account, table.sourceId),
    index('refs_of_shopify').on(table.id, table.account).where(eq(table.provider, 'shopify')),
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
    byNames: integer('by_names', { mode: 'boolean' }).notNull().default(false),
    toldAt: integer('told_at'),
    renamedTo: text('renamed_to'),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.account, table.customerId] }),
    index('customers_moving').on(table.movedAt).where(isNotNull(table.movingFrom)),
  ],
)

export const names = sqliteTable(
  'names',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    id: text('id').notNull(),
    rank: text('rank', { enum: ['hand', 'moved', 'own', 'session', 'buyer', 'buyer_session'] }).notNull(),
    userId: text('user_id').notNull(),
    customerId: text('customer_id').notNull(),
    toldAt: integer('told_at').notNull(),
    lastToldAt: integer('last_told_at').notNull().default(0),
  },
  (table) => [
    primaryKey({
      columns: [table.provider, table.account, table.id, table.rank, table.userId, table.customerId],
    }),
    index('names_by_customer')
      .on(table.provider, table.account, table.customerId, table.userId)
      .where(ne(table.customerId, '')),
  ],
)

export const transfers = sqliteTable(
  'transfers',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    customerId: text('customer_id').notNull(),
    movedAt: integer('moved_at').notNull(),
    toCustomer: text('to_customer').notNull(),
    userId: text('user_id').notNull(),
    store: text('store').notNull().default(''),
    takesAll: integer('takes_all', { mode: 'boolean' }).notNull().default(true),
  },
  (table) => [
    primaryKey({
      columns: [table.provider, table.account, table.customerId, table.movedAt, table.toCustomer],
    }),
    index('transfers_by_receiver').on(table.provider, table.account, table.toCustomer),
  ],
)

export const sourceMoves = sqliteTable(
  'source_moves',
  {
    provider: text('provider').notNull(),
    account: text('account').notNull(),
    sourceId: text('source_ref').notNull(),
    moveId: text('move_id').notNull(),
    movingFrom: text('moving_from').notNull(),
    dueAt: integer('due_at'),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.account, table.sourceId] }),
    index('source_moves_due').on(table.dueAt).where(isNotNull(table.dueAt)),
  ],
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
      enum: ['received', 'applied', 'ignored', 'superseded', 'unmatched', 'quarantined', 'failed', 'dead'],
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
    turnOf: text('turn_of'),
  },
  (table) => [
    index('inbox_by_next_attempt').on(table.nextAttemptAt).where(isNotNull(table.nextAttemptAt)),
    index('inbox_by_state').on(table.state, table.id),
    index('inbox_by_user').on(table.userId, table.id).where(isNotNull(table.userId)),
    index('inbox_with_body').on(table.state, table.receivedAt).where(isNotNull(table.body)),
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
    index('inbox_waits_by_key').on(table.provider, table.key),
  ],
)

/** One row: which of the events that wait the last sweep has looked at. */
export const lookAtWaits = sqliteTable('look_at_waits', {
  id: integer('id').primaryKey(),
  begins: text('begins').notNull(),
  ends: text('ends').notNull(),
})
