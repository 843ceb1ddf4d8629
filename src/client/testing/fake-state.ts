import type { PurchaseAnswer, PurchaseAsked } from '../wire.ts'
import { grant } from './fake-changes.ts'
import type { FakeClock } from './fake-clock.ts'
import { type FakeFeature, featureFrom } from './fake-feature.ts'
import type { FakeGrant } from './fake-rights.ts'
import { FakeUser } from './fake-user.ts'

/** What each product gives. */
export type FakeProducts = Readonly<Record<string, readonly FakeGrant[]>>

interface FakeCatalog {
  readonly products: FakeProducts
  /** The features that are held. */
  readonly held: readonly string[]
}

/** All that a fake ledger has recorded. */
export class FakeState {
  readonly clock: FakeClock
  readonly users = new Map<string, FakeUser>()
  readonly #catalog: FakeCatalog
  readonly #purchases = new Map<string, PurchaseAnswer>()

  constructor(clock: FakeClock, catalog: FakeCatalog) {
    this.clock = clock
    this.#catalog = catalog
  }

  user(id: string): FakeUser {
    const user = this.users.get(id) ?? new FakeUser(id)
    this.users.set(id, user)
    return user
  }

  /** What a product gives; `null` where there is none of that name. */
  gives(product: string): readonly FakeGrant[] | null {
    return this.#catalog.products[product] ?? null
  }

  /** Every feature of which anything is known, in the order of their keys. */
  features(): readonly FakeFeature[] {
    const granted = [...this.users.values()].flatMap(({ rights }) => rights)
    const sold = Object.values(this.#catalog.products).flat()
    const given = [...granted, ...sold.map((one) => (typeof one === 'string' ? { feature: one } : one))]
    const { held } = this.#catalog
    const keys = new Set([...given.map(({ feature }) => feature), ...held])
    const toFeature = (key: string) => {
      const ofFeature = given.filter(({ feature }) => feature === key)
      return featureFrom(key, ofFeature, held.includes(key))
    }
    return [...keys].toSorted().map(toFeature)
  }

  /** A feature; `null` where nothing is known of it. */
  feature(key: string): FakeFeature | null {
    return this.features().find((one) => one.key === key) ?? null
  }

  /** The same of one of which something was spent. */
  featureOf(key: string): FakeFeature {
    return this.feature(key) ?? featureFrom(key, [], false)
  }

  purchase({ provider, id, account = '' }: PurchaseAsked): PurchaseAnswer {
    const key = { provider, account, id }
    return this.#purchases.get(JSON.stringify(key)) ?? { ...key, state: 'unknown' }
  }

  /** A purchase whose events have all come. */
  buy(userId: string, rights: readonly FakeGrant[], { provider, id, account = '' }: PurchaseAsked): void {
    const user = this.user(userId)
    for (const right of rights) grant(user, right, this.clock.now())
    const key = { provider, account, id }
    const told = { state: 'applied', userId, version: user.version }
    this.#purchases.set(JSON.stringify(key), { ...key, ...told })
  }
}
