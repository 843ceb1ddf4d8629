import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { SourceFact, SubscriptionFact } from '../../src/domain/purchases/register/fact.ts'
import type { Command } from '../../src/domain/user/command.ts'
import { accessFrom } from '../../src/domain/user/snapshot.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { type NewProduct, putProduct } from '../../src/catalog/put-product.ts'
import { entitlementsOf } from '../../src/ledger/store/entitlements/user-entitlements.ts'
import { verify } from '../../src/ledger/store/proof/verify.ts'
import { aSubmission, answerOf } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'
import type { SourceKey } from '../../src/domain/purchases/register/source-key.ts'

export const DAY_MS = 86_400_000

/** Midnight, so that days from here are days of the calendar. */
export const START = Math.floor(Date.now() / DAY_MS) * DAY_MS

type Sold = Omit<NewProduct['features'][number], 'feature'>

/** A shop that sells a pass to one user, in purchases of their own that have names. */
export async function aPassShop({
  type = 'boolean',
  amount,
}: { type?: 'boolean' | 'metered'; amount?: number } = {}) {
  const [userId, name] = [aUser(), crypto.randomUUID()]
  const feature = `reading-${name}`
  await putFeature(env.DB, { key: feature, type, overage: 'deny', name: null, unit: null })
  const gives: Sold = amount === undefined ? {} : { amount }
  const reference = `pass-${name}`
  const sourceOf = (ref: string): SourceKey => ({
    provider: 'shopify',
    account: 'shop.test',
    ref: `${ref}-${name}`,
  })

  async function submitted(command: Command) {
    const answer = answerOf(await env.USERS.getByName(userId).submit(aSubmission(command)))
    expect(answer.status).toBe(200)
    return JSON.parse(answer.body) as { versions: number[]; unknownProducts: string[] }
  }

  return {
    userId,
    feature,
    reference,
    sourceOf,
    /** Maps references of this shop to a product that gives the feature. */
    async sells(says: Partial<NewProduct> = {}, references: readonly string[] = [reference]) {
      const product: NewProduct = {
        id: `product-${name}`,
        name: 'Pass',
        features: [{ feature, ...gives }],
        references: references.map((ref) => ({ provider: 'shopify', ref })),
        ...says,
      }
      const put = await putProduct(env.DB, product, true)
      expect(put).toMatchObject({ ok: true })
    },
    /** Tells the user's ledger facts of a purchase; none to settle it with the catalog as it is. */
    async tell(ref: string, ...facts: readonly SourceFact[]) {
      const source = sourceOf(ref)
      await env.DB.prepare(
        'INSERT OR REPLACE INTO refs (provider, account, id, user_id, source_ref) VALUES (?, ?, ?, ?, ?)',
      )
        .bind(source.provider, source.account, source.ref, userId, source.ref)
        .run()
      return submitted({ type: 'settle_source', source, facts, moved: null })
    },
    /** The purchase becomes somebody else's. */
    async release(ref: string) {
      const source = sourceOf(ref)
      await env.DB.prepare('DELETE FROM refs WHERE source_ref = ?').bind(source.ref).run()
      return submitted({ type: 'release_source', source })
    },
    /** An order as it is, from so many days on. */
    order: (day: number, says: Partial<SubscriptionFact> & { product?: string; quantity?: number } = {}) => {
      const { product = reference, quantity = 1, ...facts } = says
      return {
        type: 'subscription',
        ref: 'any',
        aliases: [],
        customer: null,
        version: { at: START, rank: 0 },
        terminal: false,
        state: 'active',
        toldAt: START,
        startsAt: START + day * DAY_MS,
        endsAt: null,
        tellsPayments: false,
        items: [{ id: 'line', product, quantity, ordered: quantity, period: null }],
        ...facts,
      } satisfies SubscriptionFact
    },
    async consume(quantity: number) {
      const command = { type: 'consume', feature, amount: quantity } as const
      return answerOf(await env.USERS.getByName(userId).submit(aSubmission(command))).status
    },
    async accessOn(day: number) {
      const snapshot = await env.USERS.getByName(userId).snapshot('not_looked_for')
      return accessFrom(snapshot, feature, START + day * DAY_MS)
    },
    /** What each purchase gives, by its name: from which day to which, those that give nothing left out. */
    async places() {
      const page = await entitlementsOf(env.DB, userId, { filter: {}, at: START, after: null, limit: 100 })
      const live = page.items.filter(({ entitlement }) => !entitlement.withdrawn)
      const days = (at: number | null) => (at === null ? null : (at - START) / DAY_MS)
      return Object.fromEntries(
        live.map(({ entitlement: { source, startsAt, endsAt } }) => [
          source.ref.slice(0, -name.length - 1),
          [days(startsAt), days(endsAt)],
        ]),
      )
    },
    verdict: () => verify(env.DB, userId),
  }
}

/** All of a purchase is given back. */
export function refund(id = 'refund'): SourceFact {
  return {
    type: 'reversal',
    of: ['any'],
    id,
    version: { at: START, rank: 0 },
    undone: false,
    reverses: { type: 'everything' },
    paidAt: null,
  }
}
