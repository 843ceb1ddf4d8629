import { eventById } from '../../../../src/inbox/inbox-event.ts'
import { type InboxFilter, eventPage } from '../../../../src/inbox/event-page.ts'
import { featurePage } from '../../../../src/catalog/features.ts'
import { productPage } from '../../../../src/catalog/products.ts'
import { queryEntitlements } from '../../../../src/ledger/store/entitlements/query-entitlements.ts'
import type { EntitlementFilter } from '../../../../src/ledger/store/entitlements/entitlement-page.ts'
import { type Order, historyPage } from '../../../../src/ledger/store/history.ts'
import { entitlementsOf } from '../../../../src/ledger/store/entitlements/user-entitlements.ts'
import { PROVIDER } from './a-shop.ts'
import type { Place, Question } from './question.ts'
import { HEAVY, userAt } from './users.ts'

/** How long pages are: as little as is there for each page of the smallest database. */
const LIMIT = 5

/** How far into a listing pages are taken. */
const PAGES = [
  { page: 'first page', share: 0 },
  { page: 'page in the middle', share: 0.5 },
  { page: 'late page', share: 0.7 },
] as const

/** What a filter may look at to fill a page, and the notes of what it finds. */
const FILTERED_MOST = 1020

/** What stands at a share of what a statement lists; nothing for the beginning. */
async function placeAt(
  d1: D1Database,
  share: number,
  sql: string,
  ...values: string[]
): Promise<string | null> {
  if (share === 0) return null
  const { results } = await d1
    .prepare(
      `SELECT place FROM (${sql}) LIMIT 1 OFFSET (SELECT CAST(count(*) * ${share} AS INTEGER) FROM (${sql}))`,
    )
    .bind(...values)
    .all<{ place: string | number }>()
  return String(results[0]?.place)
}

function pages(
  name: string,
  ask: (place: Place, share: number) => Promise<() => Promise<unknown>>,
): Question[] {
  return PAGES.map(({ page, share }) => ({ name: `${name}, ${page}`, arrange: (place) => ask(place, share) }))
}

function query(place: Place, filter: EntitlementFilter, share: number) {
  const { d1, users } = place
  // Every fourth user has bought: from there on all pages are alike.
  const index = 4 * Math.floor((users * share) / 4)
  const after = share === 0 ? null : { userId: userAt(index).userId, id: '' }
  return () => queryEntitlements(d1, { filter, at: userAt(users).at, after, limit: LIMIT })
}

function queries(name: string, filter: EntitlementFilter): Question[] {
  return pages(name, async (place, share) => query(place, filter, share))
}

function filtered(name: string, filter: EntitlementFilter): Question[] {
  return queries(name, filter).map((question) => ({ ...question, most: FILTERED_MOST }))
}

function ofHeavy(filter: EntitlementFilter) {
  return async ({ d1, users }: Place, share: number) => {
    const sql = `SELECT id AS place FROM entitlements WHERE user_id = ?1 ORDER BY id`
    const id = await placeAt(d1, share, sql, HEAVY)
    const after = id === null ? null : { userId: HEAVY, id }
    return () => entitlementsOf(d1, HEAVY, { filter, at: userAt(users).at, after, limit: LIMIT })
  }
}

function history(order: Order) {
  return async ({ d1 }: Place, share: number) => {
    const sql = `SELECT seq AS place FROM entries WHERE user_id = ?1 ORDER BY seq ${order === 'oldest' ? 'ASC' : 'DESC'}`
    const seq = await placeAt(d1, share, sql, HEAVY)
    return () => historyPage(d1, HEAVY, { order, after: seq === null ? null : Number(seq), limit: LIMIT + 1 })
  }
}

function events(name: string, filter: InboxFilter): Question[] {
  return pages(name, async ({ d1 }, share) => {
    const after = await placeAt(d1, share, 'SELECT id AS place FROM inbox ORDER BY id DESC')
    return () => eventPage(d1, { filter, after, limit: LIMIT })
  })
}

function filteredEvents(name: string, filter: InboxFilter): Question[] {
  return events(name, filter).map((question) => ({ ...question, most: FILTERED_MOST }))
}

const NO_END = Date.parse('2100-01-01T00:00:00Z')

/** Every page of everything that is listed. */
export const LIST_QUESTIONS: readonly Question[] = [
  ...pages('entitlements of a user', ofHeavy({})),
  ...pages('entitlements of a user by state', ofHeavy({ state: 'revoked' })).map((question) => ({
    ...question,
    most: FILTERED_MOST,
  })),
  ...queries('entitlements of all', {}),
  ...queries('entitlements by feature', { feature: 'export' }),
  ...queries('entitlements by source', { sourceRef: 'launch' }),
  ...filtered('entitlements by feature and state', { feature: 'export', state: 'revoked' }),
  ...filtered('entitlements by end', { endsAfter: 0, endsBefore: NO_END }),
  ...filtered('entitlements by provider', { provider: 'nobody' }),
  ...pages('ledger, oldest first', history('oldest')),
  ...pages('ledger, newest first', history('newest')),
  ...events('inbox', {}),
  ...events('inbox by state', { state: 'applied' }),
  ...events('inbox by moment', { receivedAfter: 0, receivedBefore: NO_END }),
  ...filteredEvents('inbox by provider', { provider: PROVIDER }),
  ...filteredEvents('inbox by type', { type: 'subscription.changed' }),
  ...filteredEvents('inbox by type that never came', { type: 'nothing' }),
  ...filteredEvents('inbox by provider that never sends', { provider: 'paddle' }),
  ...filteredEvents('inbox by state and type', { state: 'applied', type: 'nothing' }),
  {
    name: 'inbox by user',
    arrange:
      async ({ d1, users }) =>
      () =>
        eventPage(d1, {
          filter: { userId: userAt(Math.floor(users / 8) * 4 + 3).userId },
          after: null,
          limit: LIMIT,
        }),
  },
  {
    name: 'one event',
    async arrange({ d1 }) {
      const id = await placeAt(d1, 0.5, 'SELECT id AS place FROM inbox ORDER BY id')
      return () => eventById(d1, id ?? '')
    },
  },
  ...pages('features', async ({ d1 }, share) => {
    const after = await placeAt(d1, share, 'SELECT key AS place FROM features ORDER BY key')
    return () => featurePage(d1, { after, limit: LIMIT + 1 })
  }),
  ...pages('products', async ({ d1 }, share) => {
    const after = await placeAt(d1, share, 'SELECT id AS place FROM products ORDER BY id')
    return () => productPage(d1, { after, limit: LIMIT + 1 })
  }),
]
