import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Ledger, createLedger } from '../../../src/client/ledger.ts'
import { type FakeLedger, fakeLedger } from '../../../src/client/testing/fake-ledger.ts'

const USER = 'u_42'
const RENDERS = { feature: 'renders', amount: 10 }

/** All items of a listing. */
async function all<Item>(listing: AsyncIterable<Item>): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const item of listing) items.push(item)
  return items
}

describe('a fake ledger', () => {
  it('is a ledger like any other', async () => {
    expectTypeOf<FakeLedger>().toExtend<Ledger>()
    const ledger: Ledger = fakeLedger({ [USER]: ['export-4k'] })
    expect(await ledger.user(USER).check('export-4k')).toMatchObject({ allowed: true, reason: 'granted' })
    expect(await ledger.user('u_7').check('export-4k')).toMatchObject({ reason: 'no_entitlement' })
    expect(await ledger.user(USER).check('exprt-4k')).toMatchObject({ reason: 'unknown_feature' })
  })

  it('stands behind a client that somebody else makes', async () => {
    const { binding } = fakeLedger({ [USER]: ['export-4k'] })
    const { results } = await createLedger({ binding }).checkMany([{ userId: USER, feature: 'export-4k' }])
    expect(results).toMatchObject([{ allowed: true }])
  })

  it('lets time pass when it is told', async () => {
    const ledger = fakeLedger({
      [USER]: [
        {
          feature: 'trial',
          trial: true,
          endsAt: '2030-01-02T00:00:00Z',
          graceEndsAt: '2030-01-03T00:00:00Z',
        },
      ],
    })
    const seen = async () => {
      const { reason, nextChangeAt } = await ledger.user(USER).check('trial')
      return [reason, nextChangeAt]
    }
    expect(await seen()).toEqual(['in_trial', '2030-01-02T00:00:00.000Z'])
    ledger.clock.pass(86_400_000)
    expect(await seen()).toEqual(['in_grace', '2030-01-03T00:00:00.000Z'])
    ledger.clock.set('2030-01-03T00:00:00.000Z')
    expect(await seen()).toEqual(['expired', null])
  })

  it('changes an entitlement until it is revoked', async () => {
    const ledger = fakeLedger({}, {})
    const user = ledger.user(USER)
    const { id, version } = await user.grant({ feature: 'theme', value: 'dark', sourceRef: 'order-1' })
    await expect(user.grant({ feature: 'theme', value: 'x', sourceRef: 'order-1' })).rejects.toMatchObject({
      code: 'entitlement_exists',
    })
    await user.update(id, { value: 'light', endsAt: '2031-01-01T00:00:00Z' }, { ifVersion: version })
    await expect(user.suspend(id, { ifVersion: version })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
    expect(await user.check('theme')).toMatchObject({ value: 'light' })
    await user.suspend(id)
    expect(await user.check('theme')).toMatchObject({ allowed: false, reason: 'suspended' })
    await user.resume(id)
    await user.revoke(id)
    expect(await user.check('theme')).toMatchObject({ allowed: false, reason: 'revoked' })
    await expect(user.resume(id)).rejects.toMatchObject({ code: 'entitlement_revoked' })
    expect(await user.entitlement(id)).toMatchObject({ state: 'revoked', version: 5 })
    expect(await all(user.entitlements({ state: 'active' }))).toEqual([])
    expect(await all(ledger.entitlements({ sourceRef: 'order-1' }))).toMatchObject([{ id }])
    expect((await all(user.ledger({ order: 'oldest' }))).map(({ type }) => type)).toEqual([
      'entitlement_created',
      'entitlement_updated',
      'entitlement_suspended',
      'entitlement_resumed',
      'entitlement_revoked',
    ])
  })

  it('gives plans', async () => {
    const ledger = fakeLedger({}, { products: { pro: ['export-4k', RENDERS], free: ['export-hd'] } })
    const user = ledger.user(USER)
    const plan = await user.givePlan({ product: 'pro', sourceRef: 'trial', endsAt: '2030-02-01T00:00:00Z' })
    expect(plan).toMatchObject({ state: 'active', endsAt: '2030-02-01T00:00:00.000Z' })
    expect(plan.entitlements).toHaveLength(2)
    await user.changePlan('trial', { product: 'free' })
    expect(await user.check('export-4k')).toMatchObject({ allowed: false })
    expect(await user.check('export-hd')).toMatchObject({ allowed: true })
    await user.endPlan('trial')
    expect(await user.check('export-hd')).toMatchObject({ allowed: false })
    expect(await user.plan('trial')).toMatchObject({ state: 'ended' })
    expect(await all(user.plans())).toHaveLength(1)
    await expect(user.givePlan({ product: 'pro', sourceRef: 'trial' })).rejects.toMatchObject({
      code: 'plan_exists',
    })
    await expect(user.givePlan({ product: 'max' })).rejects.toMatchObject({ code: 'product_unknown' })
  })
})

describe('the balance of a fake ledger', () => {
  it('is spent once for a key, and given back once', async () => {
    const user = fakeLedger({ [USER]: [RENDERS] }).user(USER)
    const spend = (amount: number, idempotencyKey: string) =>
      user.consume({ feature: 'renders', amount }, { idempotencyKey })
    const first = await spend(3, 'order-1')
    expect(first).toMatchObject({ amount: 3, balance: { used: 3, remaining: 7 } })
    expect(await spend(3, 'order-1')).toEqual(first)
    await expect(spend(4, 'order-1')).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    await expect(spend(8, 'order-2')).rejects.toMatchObject({
      code: 'insufficient_balance',
      idempotencyKey: 'order-2',
      problem: { balance: { remaining: 7 } },
    })
    const back = await user.reverse(first.id, { amount: 2 }, { idempotencyKey: 'back-1' })
    expect(await user.reverse(first.id, { amount: 2 }, { idempotencyKey: 'back-1' })).toEqual(back)
    expect(back).toMatchObject({ reversed: 2, balance: { used: 1, remaining: 9 } })
    await expect(user.reverse(first.id, { amount: 2 })).rejects.toMatchObject({
      code: 'reversal_exceeds_consumption',
    })
    await spend(9, 'order-3')
    expect(await user.check('renders')).toMatchObject({ allowed: false, reason: 'limit_reached' })
  })

  it('is spent from several lots, what ends first before the rest', async () => {
    const lots = [RENDERS, { ...RENDERS, amount: 5, sourceRef: 'pack', endsAt: '2030-02-01T00:00:00Z' }]
    const user = fakeLedger({ [USER]: lots }).user(USER)
    const { takes, id } = await user.consume({ feature: 'renders', amount: 7 })
    expect(takes.map(({ amount }) => amount)).toEqual([5, 2])
    const back = async (amount: number) => {
      const { returns } = await user.reverse(id, { amount })
      return returns.map((part) => part.amount)
    }
    // What was taken last goes back first.
    expect(await back(4)).toEqual([2, 2])
    expect(await back(2)).toEqual([2])
    const { balances } = await user.balances({ feature: 'renders' })
    expect(balances).toMatchObject([
      { granted: 15, used: 1, remaining: 14, lots: [{ used: 1 }, { used: 0 }] },
    ])
  })

  it('is held until it is committed, released, or for long enough', async () => {
    const ledger = fakeLedger({ [USER]: [RENDERS] })
    const user = ledger.user(USER)
    const hold = () => user.reserve({ feature: 'renders', amount: 4, ttlSeconds: 60 })
    const [first, second] = [await hold(), await hold()]
    expect(second).toMatchObject({ balance: { reserved: 8, remaining: 2 } })
    await expect(hold()).rejects.toMatchObject({ code: 'insufficient_balance' })
    expect(await user.commit(first.id, { amount: 1 })).toMatchObject({
      amount: 1,
      reservationId: first.id,
      balance: { used: 1, reserved: 4, remaining: 5 },
    })
    expect(await user.release(second.id)).toMatchObject({ balance: { reserved: 0, remaining: 9 } })
    await expect(user.commit(second.id)).rejects.toMatchObject({ code: 'reservation_already_released' })
    const third = await hold()
    ledger.clock.pass(60_000)
    expect(await user.check('renders')).toMatchObject({ balance: { reserved: 0 } })
    await expect(user.commit(third.id)).rejects.toMatchObject({ code: 'reservation_already_expired' })
  })
})

describe('what is held of a fake ledger', () => {
  it('is taken by somebody once, and until they let go of it', async () => {
    const user = fakeLedger({ [USER]: [{ feature: 'seats', amount: 2 }] }, { held: ['seats'] }).user(USER)
    const taken = { feature: 'seats', holder: 'ann' }
    const { id } = await user.consume(taken)
    expect(await user.consume(taken)).toMatchObject({ id, balance: { used: 1 } })
    expect(await all(user.holders())).toMatchObject([{ holder: 'ann', consumptionId: id }])
    await expect(user.consume({ feature: 'seats', amount: 1 })).rejects.toMatchObject({
      code: 'holder_missing',
    })
    await user.releaseHolder(taken)
    expect(await user.check('seats')).toMatchObject({ balance: { used: 0 } })
  })

  it('is leased for as long as it is renewed', async () => {
    const ledger = fakeLedger({ [USER]: [{ feature: 'streams', amount: 1 }] }, { held: ['streams'] })
    const user = ledger.user(USER)
    const { id } = await user.reserve({ feature: 'streams', holder: 'tv', ttlSeconds: 90 })
    ledger.clock.pass(60_000)
    await user.renew(id, { ttlSeconds: 90 })
    ledger.clock.pass(60_000)
    expect(await user.check('streams')).toMatchObject({ allowed: false, reason: 'limit_reached' })
    ledger.clock.pass(30_000)
    expect(await user.check('streams')).toMatchObject({ allowed: true })
    await expect(user.renew(id, { ttlSeconds: 90 })).rejects.toMatchObject({
      code: 'reservation_already_expired',
    })
  })
})

describe('what goes wrong with a fake ledger', () => {
  it('is said as a binding says it, whose message is all that every runtime carries over', async () => {
    const { binding } = fakeLedger()
    const asked = { userId: USER, feature: 'renders', amount: 1, idempotencyKey: 'one' }
    const error = await binding.consume(asked).catch((thrown: unknown) => thrown)
    if (!(error instanceof Error)) expect.unreachable()
    const [first, last = ''] = error.message.split('\n')
    expect(first).toBe('feature_unknown: feature_unknown')
    expect(JSON.parse(last)).toMatchObject({ code: 'feature_unknown', status: 422, retryable: false })
    expect(error).toMatchObject({ name: 'EntitlementsError', code: 'feature_unknown' })
  })

  it('is what a fake cannot do', async () => {
    const reset = { every: 'month' } as const
    expect(() => fakeLedger({ [USER]: [{ ...RENDERS, reset }] })).toThrow('reset_not_allowed')
    const user = fakeLedger().user(USER)
    await expect(user.grant({ ...RENDERS, reset })).rejects.toMatchObject({ code: 'reset_not_allowed' })
    await expect(user.grant({ feature: 'x', endsAt: '2030-02-01' })).rejects.toMatchObject({
      code: 'malformed_request',
    })
  })

  it('is that it cannot be reached: nothing is done', async () => {
    const ledger = fakeLedger({ [USER]: [RENDERS] })
    ledger.fault = 'unavailable'
    const spent = ledger.user(USER).consume({ feature: 'renders', amount: 1 })
    await expect(spent).rejects.toMatchObject({ code: 'ledger_unavailable', retryable: true, status: 503 })
    ledger.fault = null
    expect(await ledger.user(USER).check('renders')).toMatchObject({ balance: { used: 0 } })
  })

  it('is that its answer comes too late: it is done, and the key tells it', async () => {
    const ledger = fakeLedger({ [USER]: [RENDERS] })
    const spend = () =>
      ledger
        .user(USER)
        .consume({ feature: 'renders', amount: 1 }, { idempotencyKey: 'order-1', timeoutMs: 1 })
    ledger.fault = 'late'
    await expect(spend()).rejects.toMatchObject({ code: 'timed_out', idempotencyKey: 'order-1' })
    ledger.fault = null
    expect(await spend()).toMatchObject({ balance: { used: 1 } })
  })

  it('is that the clock of whoever asks is wrong', async () => {
    const ledger = fakeLedger({ [USER]: ['export-4k'] }, { memory: {} })
    const user = ledger.user(USER)
    ledger.clock.beWrongBy(-3_600_000)
    await user.check('export-4k')
    ledger.clock.pass(29_000)
    expect(user.remembered('export-4k')).toMatchObject({ allowed: true })
    ledger.clock.beWrongBy(0)
    expect(user.remembered('export-4k')).toBeNull()
  })
})
