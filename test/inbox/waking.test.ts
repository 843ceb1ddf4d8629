import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { firstInboxId } from '../../src/inbox/inbox-event.ts'
import { wakeForKnownKeys } from '../../src/inbox/waits.ts'
import { aMeteredD1 } from '../cost/a-metered-d1.ts'
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
    await waiting(10, 5)
    expect(await wakeForKnownKeys(env.DB, NOW)).toEqual({ woken: 1, isAll: true })
    expect(await wakeForKnownKeys(env.DB, NOW)).toEqual({ woken: 0, isAll: true })
  })

  it('has its turn within as many looks as there are sixteens that wait, wherever it is', async () => {
    await waiting(40, 27)
    const looks = []
    for (let look = 0; look < 3; look += 1) looks.push(await wakeForKnownKeys(env.DB, NOW))
    expect(looks.map(({ woken }) => woken)).toEqual([0, 1, 0])
    expect(looks.map(({ isAll }) => isAll)).toEqual([false, false, false])
  })
})

describe.each([2000, 40_000])('while %i events wait', (count) => {
  it('a look reads a hundred rows at most, beside those that it wakes', async () => {
    await waiting(count, 20)
    const { d1, meter } = aMeteredD1()
    for (let look = 0; look < 5; look += 1) {
      meter.reset()
      const { woken } = await wakeForKnownKeys(d1, NOW)
      expect(woken).toBe(look === 1 ? 1 : 0)
      expect(meter.counts.rowsRead).toBeLessThanOrEqual(100 + 100 * woken)
    }
  })
})
