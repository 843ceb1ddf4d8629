import type { PurchaseAnswer, PurchaseAsked } from '../wire.ts'
import type { FakeClock } from './fake-clock.ts'
import { type Products, grant } from './fake-changes.ts'
import type { FakeGrant } from './fake-rights.ts'
import { lapse } from './fake-usage.ts'
import { FakeUser } from './fake-user.ts'

/** All that a fake ledger has recorded. */
export class FakeState {
  readonly clock: FakeClock
  readonly products: Products
  readonly users = new Map<string, FakeUser>()
  readonly #purchases = new Map<string, PurchaseAnswer>()

  constructor(clock: FakeClock, products: Products) {
    this.clock = clock
    this.products = products
  }

  /** A user as time has left it. */
  user(id: string): FakeUser {
    const user = this.users.get(id) ?? new FakeUser(id)
    this.users.set(id, user)
    lapse(user, this.clock.now())
    return user
  }

  /** Every feature of which anything is known. */
  features(): readonly string[] {
    const granted = [...this.users.values()].flatMap(({ rights }) => rights.map(({ feature }) => feature))
    const sold = Object.values(this.products).flat()
    const keys = sold.map((right) => (typeof right === 'string' ? right : right.feature))
    return [...new Set([...granted, ...keys])].toSorted()
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
