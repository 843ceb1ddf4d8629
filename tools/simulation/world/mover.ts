import { carryOutMovesOf } from '../../../src/checkout/processing/carry-out-moves.ts'
import type { SweepDeps } from '../../../src/checkout/jobs/sweep.ts'
import { customerLink, putCustomerLink } from '../../../src/owners/customer-link.ts'
import { decidePurchase } from '../../../src/owners/decide-purchase.ts'
import type { Story } from '../workload/story.ts'
import { BEGINNING } from './clock.ts'
import type { Life } from './schedule.ts'
import type { Surroundings } from './surroundings.ts'

const OF_SHOP = { provider: 'standard-webhooks', account: '' }

/** A purchase, or all that a customer bought, that is to be another user's. */
interface Word {
  readonly what: { readonly purchase: string } | { readonly customer: string }
  readonly userId: string
  /** How often it was said and nobody knows whether it was heard. */
  tries: number
}

interface MoverDeps {
  readonly stories: readonly Story[]
  readonly worker: () => Life
  readonly depsOf: (life: Life) => SweepDeps
}

/** Somebody who says by hand whose purchases are, one word after another, each until it is heard. */
export class Mover {
  readonly #around: Surroundings
  readonly #deps: MoverDeps
  #unheard: Word | null = null
  #isSaying = false
  readonly #users = new Map<string, string>()

  constructor(around: Surroundings, deps: MoverDeps) {
    this.#around = around
    this.#deps = deps
    for (const { userId, sold, customer } of deps.stories) {
      for (const { ref } of sold) if (customer === null) this.#users.set(ref, userId)
      if (customer !== null) this.#users.set(customer, userId)
    }
  }

  get isFree(): boolean {
    return this.#deps.stories.length > 1 && !this.#isSaying
  }

  get hasMoreToSay(): boolean {
    return this.#unheard !== null && !this.#isSaying
  }

  /** Whose a purchase is by the last word on it, and else on its customer. */
  userOf({ customer }: Story, ref: string): string | undefined {
    return this.#users.get(ref) ?? this.#users.get(customer ?? '')
  }

  /** Says one word, a new one once the last was heard, and lets what it moves follow. */
  async say(): Promise<void> {
    const word = this.#unheard ?? this.#word()
    if (word === null) return
    this.#isSaying = true
    const life = this.#deps.worker()
    const saying = this.#say(word, this.#deps.depsOf(life))
    await Promise.race([saying.catch(() => undefined), life.ended])
    this.#isSaying = false
  }

  #word(): Word | null {
    const { random } = this.#around
    const purchases = this.#deps.stories.flatMap((story) => story.sold.map(({ ref }) => ({ story, ref })))
    if (purchases.length === 0) return null
    const { story, ref } = random.of(purchases)
    const others = this.#deps.stories.filter(({ userId }) => userId !== this.userOf(story, ref))
    const { userId } = random.of(others)
    const { customer } = story
    // A clock that went back would have the shop's own word come later.
    const isOfCustomer = customer !== null && this.#around.clock.now() >= BEGINNING && random.chance(0.5)
    return { what: isOfCustomer ? { customer } : { purchase: ref }, userId, tries: 0 }
  }

  async #say(word: Word, deps: SweepDeps): Promise<void> {
    const { what } = word
    this.#unheard = word
    word.tries += 1
    const change =
      'customer' in what
        ? await this.#ofCustomer(what.customer, word, deps)
        : await this.#ofPurchase(what.purchase, word, deps)
    if (change === 'unheard') return
    this.#unheard = null
    if (change !== null) await carryOutMovesOf(deps, change)
  }

  async #ofPurchase(ref: string, { userId, tries }: Word, { d1, now }: SweepDeps) {
    const decided = await decidePurchase(d1, OF_SHOP, { ids: [ref], userId, now: now() })
    if (decided.type === 'unknown') {
      if (tries === 1) this.#unheard = null
      return 'unheard'
    }
    this.#users.set(ref, userId)
    return decided.change
  }

  /** Of a customer of whom the shop has not told yet the shop will have the last word: nothing is said before. */
  async #ofCustomer(customerId: string, { userId, tries }: Word, { d1, now }: SweepDeps) {
    if ((await customerLink(d1, OF_SHOP, customerId)) === null) {
      if (tries === 1) this.#unheard = null
      return 'unheard'
    }
    const { change } = await putCustomerLink(d1, OF_SHOP, { customerId, userId, now: now() })
    this.#users.set(customerId, userId)
    return change
  }
}
