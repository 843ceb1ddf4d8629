import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { dropBodies } from '../../src/inbox/drop-bodies.ts'
import { type InboxFilter, eventPage } from '../../src/inbox/event-page.ts'
import { claimEvent } from '../../src/inbox/inbox-event.ts'
import { dueAsOf, dueEvents } from '../../src/inbox/due-events.ts'
import { type Asked, countedD1 } from '../cost/counted-d1.ts'
import { Meter } from '../cost/counts.ts'
import { NOW } from '../checkout/a-shop.ts'

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

/** The same of work that asks for several things at once. */
async function plansOf(work: (d1: D1Database) => Promise<unknown>): Promise<readonly string[]> {
  const all: Asked[] = []
  await work(
    countedD1(env.DB, { meter: new Meter(), isOfObject: false, onAsked: (asked) => all.push(asked) }),
  )
  return Promise.all(
    all.map(async ({ sql, values }) => {
      const statement = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values)
      const { results } = await statement.all<{ detail: string }>()
      return results.map(({ detail }) => detail).join('\n')
    }),
  )
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
  const plans = await plansOf((d1) => dropBodies(d1, NOW, keep, 10))
  expect(plans).toHaveLength(2)
  for (const plan of plans) {
    expect(plan.match(/inbox_with_body \(state=\? AND received_at<\?\)/g)).toHaveLength(2)
    expect(plan).not.toContain('SCAN inbox')
  }
})

it('finds what is due, from either end, without a look at the others', async () => {
  const plans = await plansOf((d1) => dueEvents(d1, 0))
  expect(plans).toEqual(Array(2).fill('SEARCH inbox USING INDEX inbox_by_next_attempt (next_attempt_at<?)'))
  const ofWake = await planOf((d1) => dueAsOf(d1, 0))
  expect(ofWake).toBe('SEARCH inbox USING INDEX inbox_by_next_attempt (next_attempt_at=?)')
})

it('claims an event without a look at the others', async () => {
  const plan = await planOf((d1) => claimEvent(d1, 'inb_none', 0))
  expect(plan).toBe('SEARCH inbox USING INDEX sqlite_autoindex_inbox_1 (id=?)')
})
