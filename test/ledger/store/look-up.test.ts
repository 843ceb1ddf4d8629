import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../../../src/ledger/store/load.ts'
import { lookUp } from '../../../src/ledger/store/look-up.ts'
import { NO_LOOK_UP } from '../../../src/ledger/store/look-ups/look-up-request.ts'
import { consume, credits, withCredits } from '../../app/usage/submitting.ts'
import { type Asked, countedD1 } from '../../cost/counted-d1.ts'
import { Meter } from '../../cost/counts.ts'
import { aGrant, aKnownUser, recordAt, withExportFeature } from '../../support/ledger.ts'

beforeAll(withExportFeature)
beforeAll(withCredits)

const WANTED = { ...NO_LOOK_UP, receiptKeys: ['api:given-before'] }

describe('an object that starts', () => {
  it('asks one statement: each more costs its time, whatever it finds', async () => {
    const userId = await aKnownUser()
    const asked: Asked[] = []
    const meter = new Meter()
    const d1 = countedD1(env.DB, { meter, isOfObject: true, onAsked: (one) => asked.push(one) })
    const memory = await load(d1, userId, WANTED)
    expect(memory.state.version).toBeGreaterThan(0)
    expect(asked.length).toBe(1)
    expect(meter.counts.d1Calls).toBe(1)
  })
})

describe('what a memory lacks', () => {
  it('is looked up beside the last entry, without the rights that the user has', async () => {
    const userId = await aKnownUser()
    for (let count = 0; count < 30; count += 1) await recordAt(userId, aGrant(`order-more-${count}`))
    await recordAt(userId, aGrant('order-31', { key: 'given-before' }))
    const memory = await load(env.DB, userId, NO_LOOK_UP)
    expect(memory.receipts.size).toBe(0)
    const meter = new Meter()
    const completed = await lookUp(countedD1(env.DB, { meter, isOfObject: true }), memory, WANTED)
    expect([...(completed?.receipts.keys() ?? [])]).toEqual(WANTED.receiptKeys)
    expect(completed?.state).toBe(memory.state)
    expect(meter.counts.rowsRead).toBeLessThan(10)
    expect(meter.counts.d1Calls).toBe(1)
  })

  it('is no right, where none was left out, also of a purchase that is settled', async () => {
    const userId = await aKnownUser()
    for (let count = 0; count < 30; count += 1) await recordAt(userId, aGrant(`order-more-${count}`))
    const memory = await load(env.DB, userId, NO_LOOK_UP)
    const meter = new Meter()
    const wanted = { ...NO_LOOK_UP, references: [['stripe', '', 'price']] as const, bought: true }
    const completed = await lookUp(countedD1(env.DB, { meter, isOfObject: true }), memory, wanted)
    expect(completed?.state).toBe(memory.state)
    expect(meter.counts.rowsRead).toBeLessThan(10)
  })

  it('is not added to a memory that another writer has left behind, nor to one of another catalog', async () => {
    const userId = await aKnownUser()
    const memory = await load(env.DB, userId, NO_LOOK_UP)
    const older = { ...memory, catalogVersion: memory.catalogVersion - 1 }
    expect(await lookUp(env.DB, older, WANTED)).toBeNull()
    await recordAt(userId, aGrant('order-2'))
    expect(await lookUp(env.DB, memory, WANTED)).toBeNull()
  })

  it('is one lot of many that are spent, among the rights to its feature, and the others stay one', async () => {
    const userId = await aKnownUser()
    for (let lot = 0; lot < 30; lot += 1) await recordAt(userId, credits(`lot-${lot}`, 2))
    await recordAt(userId, consume(60))
    const memory = await load(env.DB, userId, NO_LOOK_UP)
    expect([memory.state.entitlements.size, memory.standIns.size]).toEqual([2, 1])
    const [standIn = ''] = memory.standIns
    expect(memory.state.entitlements.get(standIn)?.allowance).toMatchObject({ amount: 60 })

    const meter = new Meter()
    const wanted = { ...NO_LOOK_UP, entitlements: ['ent_lot-7'] }
    const completed = await lookUp(countedD1(env.DB, { meter, isOfObject: true }), memory, wanted)
    expect(meter.counts.d1Calls).toBe(1)
    expect(completed?.state.entitlements.get('ent_lot-7')?.allowance).toMatchObject({ amount: 2 })
    expect(completed?.state.usage.get('ent_lot-7')?.used).toBe(2)
    const [another = ''] = completed?.standIns ?? []
    expect(completed?.state.entitlements.get(another)?.allowance).toMatchObject({ amount: 58 })
    expect(completed?.state.entitlements.size).toBe(3)
  })
})
