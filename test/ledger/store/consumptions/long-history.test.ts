import { beforeAll, describe, expect, it } from 'vitest'
import { consumptionPage } from '../../../../src/ledger/store/consumptions/consumption-page.ts'
import { aMeteredD1 } from '../../../cost/a-metered-d1.ts'
import { NOON } from '../../../domain/samples.ts'
import { aUser } from '../../../support/user.ts'

const COUNT = 100_000

/** How many rows D1 counts for one end: what is left can be halved seventeen times, each an entry, and twice what is left. */
const OF_HALVING = 3 * Math.ceil(Math.log2(COUNT + 1))

/** The last entry, and what is reckoned of the span. */
const OF_PAGE = 20

const ALL = { after: null, limit: 5000, entriesMax: 5000, hasNotes: true }

const { d1, meter } = aMeteredD1()
const userId = aUser()

/** A second for each entry; the same one for every ten. */
const momentOf = (seq: number) => NOON + Math.ceil(seq / 10) * 10_000

beforeAll(async () => {
  await d1
    .prepare(
      `INSERT INTO entries (user_id, seq, bytes, hash)
       WITH RECURSIVE counted(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM counted WHERE seq < ?2)
       SELECT ?1, seq, json_object(
         'type', 'usage_consumed', 'data', json_object('feature', 'credits', 'amount', seq, 'overage', 0),
         'recordedAt', strftime('%Y-%m-%dT%H:%M:%f', (?3 + (seq + 9) / 10 * 10000) / 1000.0, 'unixepoch') || 'Z'
       ), printf('%064x', seq) FROM counted`,
    )
    .bind(userId, COUNT, NOON)
    .run()
})

async function read(asked: Partial<Parameters<typeof consumptionPage>[2]>) {
  meter.reset()
  const { items, last } = await consumptionPage(d1, userId, { ...ALL, ...asked })
  return { seqs: items.map(({ seq }) => seq), last, rowsRead: meter.counts.rowsRead }
}

describe('in a history of 100,000 entries', () => {
  it('both ends of an interval are found by looking at the middle of what is left', async () => {
    for (const seq of [1, 11, 49_991, 99_991]) {
      const from = momentOf(seq)
      const { seqs, last, rowsRead } = await read({ from, to: from + 10_000 })
      expect([seqs, last]).toEqual([Array.from({ length: 10 }, (_, index) => seq + index), null])
      expect(rowsRead).toBeLessThanOrEqual(OF_HALVING * 2 + OF_PAGE + 10)
    }
  })

  it('a page costs a row for each entry that it looks at, whatever it finds', async () => {
    const all = await read({})
    expect([all.seqs.length, all.seqs.at(-1), all.last]).toEqual([5000, 5000, 5000])
    expect(all.rowsRead).toBeLessThanOrEqual(OF_PAGE + 5000)
    const nothing = await read({ feature: 'another', from: momentOf(50_001) })
    expect([nothing.seqs, nothing.last]).toEqual([[], 55_000])
    expect(nothing.rowsRead).toBeLessThanOrEqual(OF_HALVING + OF_PAGE + 5000)
  })

  it('a page that is full looks no further', async () => {
    const { seqs, last, rowsRead } = await read({ after: 70_000, limit: 100 })
    expect([seqs.length, last]).toEqual([100, 70_100])
    expect(rowsRead).toBeLessThanOrEqual(OF_PAGE + 101)
  })
})
