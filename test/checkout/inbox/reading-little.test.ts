import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { dropBodies } from '../../../src/ledger/across-users/drop-bodies.ts'
import { type InboxFilter, eventPage } from '../../../src/ledger/across-users/inbox-page.ts'
import { claimNextDue, claimWoken } from '../../../src/ledger/across-users/inbox.ts'
import { NOW } from './a-shop.ts'

/** How SQLite finds its rows for the one statement of some work. */
async function planOf(work: (d1: D1Database) => Promise<unknown>): Promise<string> {
  let found = ''
  const explain = async (sql: string, values: unknown[]) => {
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all()
    found = results.map(({ detail }) => String(detail)).join('\n')
  }
  const d1 = new Proxy(env.DB, {
    get: (_target, name) => (name === 'prepare' ? explained : Reflect.get(env.DB, name)),
  })
  function explained(sql: string) {
    const statement = env.DB.prepare(sql)
    const bind = statement.bind.bind(statement)
    return Object.assign(statement, {
      bind(...values: unknown[]) {
        const bound = bind(...values)
        const asked = (name: 'all' | 'raw' | 'run') => {
          const call = bound[name].bind(bound) as () => Promise<unknown>
          return async () => {
            await explain(sql, values)
            return call()
          }
        }
        return Object.assign(bound, { all: asked('all'), raw: asked('raw'), run: asked('run') })
      },
    })
  }
  await work(d1)
  return found
}

it.each<[string, InboxFilter]>([
  ['inbox_by_state (state=?)', { state: 'dead' }],
  ['inbox_by_user (user_id=?)', { userId: 'user-1' }],
])('finds a page of the inbox by %s, and sorts nothing', async (index, filter) => {
  const plan = await planOf((d1) => eventPage(d1, { filter, after: null, limit: 10 }))
  expect(plan).toBe(`SEARCH inbox USING INDEX ${index}`)
})

it('finds the bodies to drop without a look at those to keep', async () => {
  const keep = { settledMs: 14, unsettledMs: 90 }
  const plan = await planOf((d1) => dropBodies(d1, NOW, keep, 10))
  expect(plan.match(/inbox_with_body \(state=\? AND received_at<\?\)/g)).toHaveLength(2)
  expect(plan).not.toContain('SCAN inbox')
})

it.each<[string, string, (d1: D1Database) => Promise<unknown>]>([
  ['the event that is due since last', 'next_attempt_at<?', (d1) => claimNextDue(d1, 0, 'newest')],
  ['the event that is due for longest', 'next_attempt_at<?', (d1) => claimNextDue(d1, 0, 'oldest')],
  ['an event that was woken', 'next_attempt_at=?', (d1) => claimWoken(d1, 0, 0)],
])('finds %s without a look at the others', async (_which, range, claim) => {
  const plan = await planOf(claim)
  expect(plan).toContain('USING INDEX sqlite_autoindex_inbox_1 (id=?)')
  expect(plan).toContain(`inbox_by_next_attempt (${range})`)
  expect(plan).not.toMatch(/SCAN inbox|TEMP B-TREE/)
})
