import { AccessMemory } from '../access-memory.ts'
import { Ledger } from '../ledger.ts'
import type { MemoryOptions } from '../memory-bounds.ts'
import type { PurchaseAsked } from '../wire.ts'
import { type FakeBinding, type FakeFault, fakeBinding } from './fake-binding.ts'
import { fakeCalls } from './fake-calls.ts'
import { grant } from './fake-changes.ts'
import { FakeClock } from './fake-clock.ts'
import type { FakeGrant, FakeGrants } from './fake-rights.ts'
import { type FakeProducts, FakeState } from './fake-state.ts'

export interface FakeOptions {
  /** What each product gives, for plans. */
  readonly products?: FakeProducts
  /** The features that are held: taken by somebody, until they let go of it. */
  readonly held?: readonly string[]
  /** The moment at which the clock stands; the beginning of 2030 when left out. */
  readonly now?: string
  /** Answers checks from memory too, by the fake’s own clock. */
  readonly memory?: MemoryOptions
  /** How long a call takes at most, in milliseconds as they are; 200 when left out, in which nothing is tried twice. */
  readonly timeoutMs?: number
}

/** A ledger in the memory of a test: the client itself, asking somebody who forgets all. */
export class FakeLedger extends Ledger {
  readonly clock: FakeClock
  /** For what makes its own client: `createLedger({ binding })`. */
  readonly binding: FakeBinding
  /** What goes wrong from now on. */
  fault: FakeFault = null
  readonly #state: FakeState

  constructor(
    rights: FakeGrants,
    { products = {}, held = [], now = '2030-01-01T00:00:00.000Z', ...options }: FakeOptions,
  ) {
    const clock = new FakeClock(now)
    const state = new FakeState(clock, { products, held })
    const binding = fakeBinding(fakeCalls(state), state, () => this.fault)
    const memory = options.memory && new AccessMemory(options.memory, clock.asker)
    super({ binding, memory, timeoutMs: options.timeoutMs ?? 200 })
    this.clock = clock
    this.binding = binding
    this.#state = state
    for (const [userId, all] of Object.entries(rights)) {
      for (const right of all) grant(state.user(userId), right, clock.now())
    }
  }

  /** Somebody buys something, and its provider has told all of it. */
  buy(userId: string, rights: readonly FakeGrant[], purchase: PurchaseAsked): void {
    this.#state.buy(userId, rights, purchase)
  }
}

/**
 * A ledger for tests, in which users have what is said. It is a `Ledger` like any other, and keeps no copies: what is recorded is
 * known at once. What a feature is follows from what is given of it, and from `held`: there is no catalog to change.
 *
 * It does as a ledger does, but for this: a `reset` is refused, nothing spends what is another feature’s or goes below zero, values are
 * not combined, everybody’s rights and windows of time are not there, and what a plan gave that was changed for another product is
 * gone with what was spent of it. A request is believed to be what its type says.
 */
export function fakeLedger(rights: FakeGrants = {}, options: FakeOptions = {}): FakeLedger {
  return new FakeLedger(rights, options)
}
