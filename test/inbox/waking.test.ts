import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { firstInboxId } from '../../src/inbox/inbox-event.ts'
import { wakeForKnownKeys } from '../../src/inbox/waits.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'

const NOW = Date.UTC(2027, 2, 1)

beforeEach(anEmptyLedger)

/** Events that came within an hour and wait, each for a key of its own; that of the one at `known` is there. */
async function waiting(count: number, known: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    key: index === known ? 'customer:known' : `ref:nobody-has-${index}`,
    inboxId: `${firstInboxId(NOW + index)}${String(index).padStart(20, '0')}`,
  }))
  await env.DB.prepare(
    `INSERT INTO inbox_waits (provider, account, key, inbox_id)
    SELECT 'polar', '', value ->> 'key', value ->> 'inboxId' FROM json_each(?)`,
  )
    .bind(JSON.stringify(rows))
    .run()
  await env.DB.prepare(
    `INSERT INTO customers (provider, account, customer_id, user_id) VALUES ('polar', '', 'known', 'u_1')`,
  ).run()
}

describe('an event whose key is there, though nobody has woken it', () => {
  it('is found by the first look where few wait', async () => {
    await waiting(50, 20)
    expect(await wakeForKnownKeys(env.DB, NOW, 100)).toEqual({ woken: 1, isAll: true })
    expect(await wakeForKnownKeys(env.DB, NOW, 100)).toEqual({ woken: 0, isAll: true })
  })

  it('has its turn within as many looks as there are thousands that wait, wherever it is', async () => {
    await waiting(2500, 1700)
    const looks = []
    for (let look = 0; look < 3; look += 1) looks.push(await wakeForKnownKeys(env.DB, NOW, 100))
    expect(looks.map(({ woken }) => woken)).toEqual([0, 1, 0])
    expect(looks.map(({ isAll }) => isAll)).toEqual([false, false, false])
  })

  it('reads no more than a look takes in, however many wait', async () => {
    await waiting(5000, 4999)
    const read: number[] = []
    const counted = new Proxy(env.DB, {
      get(db, name) {
        if (name !== 'batch') return Reflect.get(db, name).bind(db) as unknown
        return async (statements: D1PreparedStatement[]) => {
          const results = await db.batch(statements)
          read.push(results.reduce((sum, { meta }) => sum + meta.rows_read, 0))
          return results
        }
      },
    })
    for (let look = 0; look < 5; look += 1) await wakeForKnownKeys(counted, NOW, 100)
    expect(Math.max(...read)).toBeLessThan(5000)
    expect(read).toHaveLength(5)
  })
})
