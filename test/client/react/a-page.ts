import { AccessStore, type Page } from '../../../src/client/react/access-store.ts'
import type { AccessQuestion, AccessSource } from '../../../src/client/react/access-source.ts'
import type { World } from '../../../src/client/react/world.ts'
import type { PageAccess } from '../../../src/client/page-access.ts'
import type { PurchaseAnswer, PurchaseAsked } from '../../../src/client/wire.ts'

const START = Date.parse('2030-01-01T12:00:00.000Z')
export const USER = 'u_42'

type Feature = PageAccess['features'][number]

/** A yes, a no, or more of what is said of a feature. */
export type Told = boolean | (Partial<Feature> & { readonly allowed: boolean })

interface Timer {
  readonly at: number
  readonly work: () => void
}

/** A browser in which time passes when told, and a ledger that answers as a test says. */
export class APage {
  readonly timers = new Set<Timer>()
  readonly questions: AccessQuestion[] = []
  readonly purchases: PurchaseAsked[] = []
  /** When each question was asked, in milliseconds since the beginning. */
  readonly moments: number[] = []
  ms = 0
  /** By how much the wall clock of the browser is wrong, and whether its other clock stands still. */
  wrongMs = 0
  standsStill = false
  isHidden = false
  version = 1
  features: Readonly<Record<string, Told>> = {}
  /** What is thrown instead of an answer. */
  error: unknown = null
  /** Whether answers wait until `answer`. */
  isLate = false
  purchase: Partial<PurchaseAnswer> | null = null
  #late: (() => void)[] = []

  readonly world: World = {
    clock: () => ({ wall: START + this.ms + this.wrongMs, steady: this.standsStill ? 0 : this.ms }),
    after: (ms, work) => {
      const timer = { at: this.ms + ms, work }
      this.timers.add(timer)
      return () => this.timers.delete(timer)
    },
    isHidden: () => this.isHidden,
  }

  readonly source: AccessSource = {
    access: async (question) => {
      this.questions.push(question)
      this.moments.push(this.ms)
      return this.#answer(() => this.list())
    },
  }

  /** The same where purchases can be asked after. */
  readonly shop: AccessSource = {
    ...this.source,
    purchase: async (asked) => {
      this.purchases.push(asked)
      this.moments.push(this.ms)
      return this.#answer(
        () => ({ account: '', state: 'unknown', ...asked, ...this.purchase }) as PurchaseAnswer,
      )
    },
  }

  store(page: Partial<Page> = {}, source = this.source): AccessStore {
    return new AccessStore({ user: USER, ...page }, () => source, this.world)
  }

  /** What the ledger would answer now, of so many milliseconds ago. */
  list(agoMs = 0): PageAccess {
    const features = Object.entries(this.features).map(([feature, told]) => {
      const allowed = typeof told === 'boolean' ? told : told.allowed
      const reason = allowed ? 'granted' : 'no_entitlement'
      return { feature, reason, nextChangeAt: null, ...(typeof told === 'boolean' ? {} : told), allowed }
    })
    const answeredAtMs = START + this.ms
    const asOf = this.at(-agoMs)
    return {
      userId: USER,
      features,
      version: this.version,
      catalogVersion: 1,
      asOf,
      source: 'ledger',
      answeredAtMs,
    }
  }

  /** An instant by the ledger’s clock, so many milliseconds from now. */
  at(ms: number): string {
    return new Date(START + this.ms + ms).toISOString()
  }

  /** Lets what was asked late be answered. */
  async answer(): Promise<void> {
    for (const go of this.#late.splice(0)) go()
    await settle()
  }

  async pass(ms: number): Promise<void> {
    const end = this.ms + ms
    await settle()
    for (;;) {
      const [next] = [...this.timers].toSorted((a, b) => a.at - b.at)
      if (next === undefined || next.at > end) break
      this.ms = Math.max(this.ms, next.at)
      this.timers.delete(next)
      next.work()
      await settle()
    }
    this.ms = end
  }

  async #answer<Answer>(say: () => Answer): Promise<Answer> {
    if (this.isLate) await new Promise<void>((resolve) => this.#late.push(resolve))
    if (this.error !== null) throw this.error
    return say()
  }
}

/** Lets promises that are kept be followed. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 100; turns += 1) await Promise.resolve()
}
