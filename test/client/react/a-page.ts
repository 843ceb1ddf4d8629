import { afterEach, beforeEach, vi } from 'vitest'
import { AccessStore, type Page } from '../../../src/client/react/access-store.ts'
import type { AccessQuestion, AccessSource } from '../../../src/client/react/access-source.ts'
import type { PageAccess } from '../../../src/client/page-access.ts'
import type { PurchaseAnswer, PurchaseAsked } from '../../../src/client/wire.ts'

const START = Date.parse('2030-01-01T12:00:00.000Z')
export const USER = 'u_42'

type Feature = PageAccess['features'][number]

/** A yes, a no, or more of what is said of a feature. */
export type Told = boolean | (Partial<Feature> & { readonly allowed: boolean })

/** How much time has passed in this browser, in milliseconds. */
let elapsedMs = () => 0
/** The clocks of the page that is open: since when, by how much the one is wrong, and whether the other stands still. */
let clocks = { startMs: 0, wrongMs: 0, standsStill: false }

/** Runs each test of the file in a browser in which time passes when told. */
export function inABrowser(): void {
  beforeEach(() => {
    vi.useFakeTimers()
    elapsedMs = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => (clocks.standsStill ? 0 : elapsedMs()))
    vi.spyOn(Date, 'now').mockImplementation(() => START + elapsedMs() - clocks.startMs + clocks.wrongMs)
    // No fake timers know of it.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const over = new AbortController()
      setTimeout(() => over.abort(new DOMException('It took too long', 'TimeoutError')), ms)
      return over.signal
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })
}

/** A page in that browser, and a ledger that answers as a test says. */
export class APage {
  readonly questions: AccessQuestion[] = []
  readonly purchases: PurchaseAsked[] = []
  /** When each question was asked, in milliseconds since the beginning. */
  readonly moments: number[] = []
  version = 1
  features: Readonly<Record<string, Told>> = {}
  /** What is thrown instead of an answer. */
  error: unknown = null
  /** Whether answers wait until `answer`. */
  isLate = false
  purchase: Partial<PurchaseAnswer> | null = null
  #late: (() => void)[] = []

  constructor() {
    clocks = { startMs: elapsedMs(), wrongMs: 0, standsStill: false }
  }

  /** How long it has been open, in milliseconds. */
  get ms(): number {
    return elapsedMs() - clocks.startMs
  }

  /** By how much the wall clock of the browser is wrong. */
  set wrongMs(ms: number) {
    clocks.wrongMs = ms
  }

  /** Whether its other clock stands still. */
  set standsStill(isSo: boolean) {
    clocks.standsStill = isSo
  }

  set isHidden(hidden: boolean) {
    vi.stubGlobal('document', { hidden })
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
    return new AccessStore({ user: USER, ...page }, () => source)
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
    await settle()
    await vi.advanceTimersByTimeAsync(ms)
    await settle()
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
