import type { Provider } from '../../../src/checkout/provider/provider.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import { ALedger } from '../../../tools/lives/a-ledger.ts'
import { FEATURES, SOLD, type Sold, productOf } from '../../../tools/lives/catalog.ts'
import { DAY, type Moment } from '../../../tools/lives/life.ts'
import type { Delivery } from '../scenario.ts'

/** As a deployment decides unless it says otherwise. */
const USUAL: Policy = {
  graceMs: 7 * DAY,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}

export interface HearingSays extends Partial<Policy> {
  /** What the catalog knows; all that is sold, unless this says less. */
  readonly mapped?: readonly Sold[]
}

/** Who speaks, and what is sold is called there. */
export interface Speaking {
  readonly name: string
  readonly provider: Provider
  readonly referencesOf: (sold: Sold) => readonly string[]
}

/**
 * A ledger in memory that hears what a provider says of one user. `lite` gives `basic` and 100 credits, `max` gives `pro` as
 * well and 500 credits, the add-on gives `extra` and 50.
 */
export class Hearing {
  readonly #ledger: ALedger
  readonly #provider: Provider

  constructor({ name, provider, referencesOf }: Speaking, { mapped = SOLD, ...policy }: HearingSays = {}) {
    const products = mapped.flatMap((sold) =>
      referencesOf(sold).map((one) => [one, productOf(sold)] as const),
    )
    this.#provider = provider
    this.#ledger = new ALedger({ name, provider, products, policy: { ...USUAL, ...policy } })
  }

  async hears(delivery: Delivery, day: string): Promise<void> {
    await this.heard(delivery, noonOf(day))
  }

  /** What the inbox shows of a delivery. */
  async flagsOf({ body, headers }: Delivery): Promise<readonly string[]> {
    const envelope = await this.#provider.envelopeOf(body, new Headers(headers))
    return this.#provider.read(body, envelope, null).flags
  }

  async spends(credits: number, day: string): Promise<void> {
    await this.#ledger.spend('credits', credits, noonOf(day))
  }

  /**
   * What may be used at noon of a day, why or why not, and how many credits may be spent: `basic pro: granted, 500`. Calls by the day are no part of it. The
   * reason is that of the first feature that may be used or, where none may, of `basic`.
   */
  on(day: string): string {
    const at = noonOf(day)
    const may = FEATURES.filter(
      (feature) => feature !== 'credits' && feature !== 'calls' && this.#ledger.access(feature, at).allowed,
    )
    const { reason } = this.#ledger.access(may[0] ?? 'basic', at)
    const credits = this.#ledger.access('credits', at).balance?.remaining ?? 0
    return `${may.join(' ') || 'nothing'}: ${reason}, ${credits}`
  }

  /** What the inbox shows of all that was told, for somebody to look at. */
  get shown(): readonly string[] {
    return this.#ledger.shown
  }

  /** How many of the things that were told point at nothing that is known. */
  get waiting(): number {
    return this.#ledger.waitingCount
  }

  protected async heard(delivery: Delivery, at: Moment): Promise<void> {
    await this.#ledger.tell(delivery, at)
  }
}

/** The noon of a day of 2027, or of another year where that is said: `04-03`, `2028-03-03`. */
export function noonOf(day: string): Moment {
  return Date.parse(`${day.length === 5 ? '2027-' : ''}${day}T12:00:00Z`)
}
