import { priceOf } from './catalog.ts'
import { type Basket, DAY, type Happening, type Payment, SECOND, type Standing } from './life.ts'
import { stripe } from './tellers/stripe.ts'
import { USER } from './told.ts'

interface StripeEvent {
  readonly type: string
  readonly data: { readonly object: { readonly object: string } }
}

/** The teller tells of one subscription of one user: each of these has a teller, and ids of its own. */
const IDS = /"((?:evt|cs|cus|sub|si|in|pi|ch|inpay)_\w+)"/g

/** A subscription at Stripe that is bought, changed and ended now. Each act returns the events that tell it. */
export class ASubscription {
  /** As Stripe shows it. */
  object: object | null = null
  readonly #user: string
  readonly #session: string
  readonly #tell = stripe({
    interval: 'month',
    happenings: [],
    replacesItems: false,
    isOrderFirst: false,
    isByInvoice: false,
  })
  #after: Standing

  /** Of a user, by a checkout session. */
  constructor(user: string, session: string) {
    this.#user = user
    this.#session = session
    const startsAt = now()
    this.#after = {
      status: 'active',
      startedAt: startsAt,
      trialEndsAt: null,
      period: { index: 0, startsAt, endsAt: startsAt + 30 * DAY, kind: 'charged' },
      year: null,
      basket: { plan: 'lite', quantity: 1, addon: false, serial: 0 },
      latest: 'p0',
      cancelsAt: null,
      endedAt: null,
      overdueAt: null,
      triesAt: null,
    }
  }

  get id(): string {
    return this.#own('sub_1')
  }

  begin(): readonly StripeEvent[] {
    const { startedAt: at, basket } = this.#after
    const payment = this.#payment('p0', 'period', priceOf(basket), basket, at)
    return this.#told({ type: 'bought', at, after: this.#after, payment })
  }

  upgrade(): readonly StripeEvent[] {
    const at = now()
    const { basket: before } = this.#after
    const basket: Basket = { ...before, plan: 'max', serial: before.serial + 1 }
    const key = `c${basket.serial}`
    this.#after = { ...this.#after, basket, latest: key }
    const payment = this.#payment(key, 'change', priceOf(basket) - priceOf(before), basket, at)
    return this.#told({ type: 'changed', at, after: this.#after, before, how: 'paid', payment })
  }

  end(): readonly StripeEvent[] {
    const at = now()
    this.#after = { ...this.#after, status: 'ended', endedAt: at }
    return this.#told({ type: 'ended', at, after: this.#after, why: 'at_once' })
  }

  #payment(key: string, covers: Payment['covers'], amount: number, basket: Basket, paidAt: number): Payment {
    const { period, year } = this.#after
    return { key, covers, amount, fromBalance: 0, period, year, basket, paidAt }
  }

  #told(happening: Happening): readonly StripeEvent[] {
    const text = JSON.stringify(this.#tell(happening).map(({ delivery }) => delivery.body))
      .replaceAll(`"${USER}"`, JSON.stringify(this.#user))
      .replaceAll(IDS, (_, id: string) => `"${this.#own(id)}"`)
    const events = JSON.parse(text) as StripeEvent[]
    this.object = events.find(({ data }) => data.object.object === 'subscription')?.data.object ?? this.object
    return events
  }

  #own(id: string): string {
    return id.startsWith('cs_') ? this.#session : `${id}_${this.#session.slice(-8)}`
  }
}

/** Stripe tells whole seconds. */
function now(): number {
  return Math.floor(Date.now() / SECOND) * SECOND
}
