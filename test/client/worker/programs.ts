import type { Ledger } from '../../../src/client/ledger.ts'
import type { LedgerUser } from '../../../src/client/user.ts'

/** What a program has at hand. */
export interface Scene {
  readonly ledger: Ledger
  readonly user: LedgerUser
  readonly team: LedgerUser
  readonly export4k: string
  readonly theme: string
  readonly renders: string
  readonly seats: string
  readonly pro: string
  readonly free: string
  /** Keeps what is answered, or with what it is refused. */
  readonly say: <Answer>(call: Promise<Answer>) => Promise<Answer>
  /** Lets time pass at both. */
  readonly wait: (ms: number) => void
}

const STRONG = { consistency: 'strong' } as const

/** What is said of a user, as far as a program has changed it. */
export async function tellAll({
  ledger,
  user,
  team,
  export4k,
  theme,
  renders,
  seats,
  say,
}: Scene): Promise<void> {
  for (const feature of [export4k, theme, renders, seats]) await say(user.check(feature, STRONG))
  await say(user.check(renders, { ...STRONG, amount: 4 }))
  await say(ledger.checkAny([team.id, user.id], renders, { ...STRONG, amount: 4 }))
  await say(user.access({ ...STRONG, all: true }))
  await say(user.balances(STRONG))
  await say(user.entitlements().page())
  await say(user.holders().page())
  await say(user.reservations().page())
  await say(user.consumptions().page())
  await say(user.plans().page())
  const { items } = await user.ledger({ order: 'oldest' }).page()
  await say(Promise.resolve(items.map(({ seq, type, recordedAt }) => [seq, type, recordedAt])))
}

export const PROGRAMS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'rights by hand': async ({ user, export4k, theme, say, wait }) => {
    const { id, version } = await say(user.grant({ feature: export4k }, { idempotencyKey: 'order-1' }))
    await say(user.grant({ feature: export4k }, { idempotencyKey: 'order-1' }))
    await say(user.grant({ feature: theme, value: 'dark' }, { idempotencyKey: 'order-1' }))
    await say(user.grant({ feature: export4k, sourceRef: 'order-1' }))
    await say(user.grant({ feature: theme, value: 'dark', sourceRef: 'a' }))
    await say(user.grant({ feature: theme, value: 'light', sourceRef: 'b', priority: 1, trial: true }))
    await say(user.update(id, { endsAt: '2030-01-01T13:00:00Z', graceEndsAt: '2030-01-01T14:00:00Z' }))
    await say(user.suspend(id, { ifVersion: version }))
    await say(user.suspend(id, { reason: 'asked' }))
    wait(1000)
    await say(user.resume(id))
    wait(3_600_000)
    await say(user.check(export4k, STRONG))
    await say(user.revoke(id))
    await say(user.resume(id))
    await say(user.update(`ent_${'0'.repeat(32)}`, { priority: 3 }))
    await say(user.grant({ feature: export4k, endsAt: '2031-01-01' }))
    await say(user.check('nowhere', STRONG))
    await say(user.check(export4k, { minVersion: 99 }))
    await say(user.entitlements({ state: 'active' }).page())
  },

  'what is spent': async ({ user, renders, export4k, say, wait }) => {
    await say(user.consume({ feature: renders, amount: 1 }, { idempotencyKey: 'too-early' }))
    await say(user.grant({ feature: renders, amount: 5, sourceRef: 'a' }))
    await say(user.grant({ feature: renders, amount: 3, sourceRef: 'b', endsAt: '2030-02-01T00:00:00Z' }))
    await say(user.consume({ feature: renders, amount: 1 }, { idempotencyKey: 'too-early' }))
    const { id } = await say(user.consume({ feature: renders, amount: 6 }, { idempotencyKey: 'render-1' }))
    await say(user.consume({ feature: renders, amount: 6 }, { idempotencyKey: 'render-1' }))
    await say(user.consume({ feature: renders, amount: 5 }, { idempotencyKey: 'render-1' }))
    await say(user.consume({ feature: renders, amount: 3, holder: 'ann', metadata: { job: 1 } }))
    await say(user.consume({ feature: renders, amount: 2, holder: 'ann', metadata: { job: 1 } }))
    await say(user.reverse(id, { amount: 4 }))
    await say(user.reverse(id, { amount: 3 }))
    await say(user.reverse(id))
    await say(user.reverse(id))
    await say(user.reverse('con_99'))
    await say(user.consume({ feature: export4k, amount: 1 }))
    await say(user.consume({ feature: 'nowhere', amount: 1 }))
    const { id: first } = await say(user.reserve({ feature: renders, amount: 2, ttlSeconds: 60 }))
    const { id: second } = await say(user.reserve({ feature: renders, amount: 2, ttlSeconds: 60 }))
    const { id: third } = await say(user.reserve({ feature: renders, amount: 1, ttlSeconds: 10 }))
    await say(user.renew(first, { ttlSeconds: 90 }))
    await say(user.commit(first, { amount: 3 }))
    await say(user.commit(first, { amount: 1 }))
    await say(user.commit(first))
    await say(user.release(second))
    await say(user.release(second))
    await say(user.reservations({ feature: renders }).page())
    wait(10_000)
    await say(user.commit(third))
    for (const one of [first, second, third, 'res_99']) await say(user.reservation(one))
    await say(user.consumptions({ feature: renders, holder: 'ann' }).page())
    await say(user.consumptions({ totals: 'only' }).page())
  },

  'what is held': async ({ user, seats, renders, say, wait }) => {
    const taken = { feature: seats, holder: 'ann' }
    await say(user.consume(taken))
    await say(user.grant({ feature: seats, amount: 3, sourceRef: 'a' }))
    const { id } = await say(
      user.consume({ ...taken, metadata: { role: 'admin' } }, { idempotencyKey: 'ann' }),
    )
    await say(user.consume(taken))
    await say(user.consume({ ...taken, amount: 2 }))
    await say(user.consume({ feature: seats, amount: 1 }))
    await say(user.reserve({ ...taken, ttlSeconds: 60 }))
    const { id: lease } = await say(
      user.reserve({ feature: seats, holder: 'bob', amount: 2, ttlSeconds: 60 }),
    )
    await say(user.reserve({ feature: seats, holder: 'bob', amount: 2, ttlSeconds: 90 }))
    await say(user.consume({ feature: seats, holder: 'cleo' }))
    wait(30_000)
    await say(user.renew(lease, { ttlSeconds: 90 }))
    await say(user.renew(lease, { ttlSeconds: 1 }))
    await say(user.reservation(lease))
    await say(user.commit(lease, { amount: 1 }))
    const { id: gone } = await say(user.reserve({ feature: seats, holder: 'dan', ttlSeconds: 60 }))
    wait(60_000)
    await say(user.renew(gone, { ttlSeconds: 60 }))
    await say(user.check(seats, STRONG))
    await say(user.reserve({ feature: seats, holder: 'dan', ttlSeconds: 60 }))
    await say(user.reservation(gone))
    await say(user.releaseHolder({ feature: seats, holder: 'dan' }))
    await say(user.releaseHolder({ feature: seats, holder: 'ann', reason: 'left' }))
    await say(user.releaseHolder({ feature: seats, holder: 'ann' }))
    await say(user.reverse(id))
    await say(user.consume(taken, { idempotencyKey: 'ann' }))
    await say(user.holders({ feature: seats, limit: 1 }).page())
    const { items } = await user.entitlements({ feature: seats }).page()
    await say(user.consume(taken, { idempotencyKey: 'ann-again' }))
    for (const one of items) await say(user.update(one.id, { amount: 1 }))
    await say(user.reserve({ feature: renders, holder: 'ann', ttlSeconds: 60 }))
  },

  'several users': async ({ ledger, user, team, renders, seats, export4k, say }) => {
    const both = [user.id, team.id]
    await say(ledger.checkAny(both, renders, STRONG))
    await say(user.grant({ feature: renders, amount: 2, sourceRef: 'a' }))
    await say(team.grant({ feature: renders, amount: 9, sourceRef: 'a' }))
    await say(team.grant({ feature: seats, amount: 1, sourceRef: 'a' }))
    await say(ledger.checkAny(both, renders, STRONG))
    await say(ledger.checkAny(both, renders, { ...STRONG, amount: 3 }))
    await say(ledger.checkAny(both, renders, { ...STRONG, amount: 10 }))
    const asked = { feature: renders, amount: 3 }
    await say(ledger.consumeAny(both, asked, { idempotencyKey: 'one' }))
    await say(ledger.consumeAny(both, asked, { idempotencyKey: 'one' }))
    await say(ledger.consumeAny(both.toReversed(), asked, { idempotencyKey: 'two' }))
    await say(ledger.consumeAny([user.id], { feature: renders, amount: 1 }, { idempotencyKey: 'one' }))
    await say(ledger.consumeAny(both, { feature: renders, amount: 9 }))
    await say(ledger.consumeAny(both, { feature: seats, holder: 'ann' }))
    await say(ledger.consumeAny(both, { feature: seats, holder: 'ann' }))
    const checks = [
      { anyOf: both, feature: seats },
      { userId: team.id, feature: renders, amount: 4 },
      { userId: team.id, feature: export4k, minVersion: 99 },
      { userId: 'u_1', anyOf: both, feature: seats },
      { feature: seats },
    ]
    await say(ledger.checkMany(checks, STRONG))
    await say(team.check(renders, STRONG))
  },

  plans: async ({ ledger, user, pro, free, say, wait }) => {
    await say(user.givePlan({ product: pro, sourceRef: 'trial', endsAt: '2031-01-01T00:00:00Z' }))
    await say(user.givePlan({ product: pro, sourceRef: 'trial' }))
    await say(user.givePlan({ product: 'nothing' }))
    await say(user.entitlements({ product: pro }).page())
    wait(1000)
    await say(user.changePlan('trial', { product: pro, endsAt: '2032-01-01T00:00:00Z' }))
    await say(ledger.entitlements({ sourceRef: 'trial', endsAfter: '2032-01-01T00:00:00Z' }).page())
    await say(user.changePlan('trial', { product: free }))
    const { items } = await user.entitlements().page()
    for (const { id } of items) await say(user.update(id, { priority: 3 }))
    wait(1000)
    await say(user.endPlan('trial'))
    await say(user.changePlan('trial', { product: free }))
    await say(user.plan('trial'))
    await say(user.plan('yearly'))
  },
}
