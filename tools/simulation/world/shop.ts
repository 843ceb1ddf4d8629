import { drainAfter } from '../../../src/checkout/jobs/drain.ts'
import { processArrival, processEvent } from '../../../src/checkout/processing/process.ts'
import { receive } from '../../../src/checkout/receive.ts'
import { doRound } from '../../../src/keeper/do-round.ts'
import { followUp } from '../../../src/checkout/jobs/follow-up.ts'
import type { SweepDeps } from '../../../src/checkout/jobs/sweep.ts'
import { bytesOf, standardWebhooks } from '../../../test/checkout/signatures/senders.ts'
import { putCourse } from '../workload/catalog.ts'
import type { ShopEvent, Story } from '../workload/story.ts'
import { WORKER_LIMIT_MS } from './settings.ts'
import type { SimulatedD1 } from './d1.ts'
import { Mover } from './mover.ts'
import type { Objects } from './objects.ts'
import { Life } from './schedule.ts'
import type { Surroundings } from './surroundings.ts'
import { CHECKOUT_DEFAULTS } from '../../../test/support/checkout-defaults.ts'

const DAY_MS = 86_400_000

/** A shop that tells what happened until it hears 200, and the Worker that hears it. */
export class Shop {
  readonly mover: Mover
  readonly #around: Surroundings
  readonly #d1: SimulatedD1
  readonly #objects: Objects
  #untold: ShopEvent[]
  readonly #told: ShopEvent[] = []
  readonly #overstated = new Set<ShopEvent>()
  #retellings = 0
  #hasNotes = false

  constructor(around: Surroundings, d1: SimulatedD1, objects: Objects, stories: readonly Story[]) {
    this.#around = around
    this.#d1 = d1
    this.#objects = objects
    this.#untold = stories.flatMap(({ events }) => events)
    this.mover = new Mover(around, {
      stories,
      worker: () => this.#worker(),
      depsOf: (life) => this.#depsOf(life),
    })
  }

  get untold(): number {
    return this.#untold.length
  }

  /** Tells one event; where it is not heard it is told again another time. */
  async tell(): Promise<void> {
    const { faults, random } = this.#around
    const isOutOfOrder = faults.strikes('event: delivered out of order')
    const place = isOutOfOrder ? random.below(this.#untold.length) : 0
    const [event] = this.#untold.splice(place, 1)
    if (event === undefined) return
    const isHeard = await this.#deliver(event)
    if (!isHeard || faults.strikes('event: delivered again')) this.#untold.push(event)
    if (!isHeard) return
    if (!this.#overstated.has(event)) this.#told.push(event)
    const other = overstated(event)
    if (other !== null) this.#overstated.add(other)
    if (other !== null && faults.strikes('event: delivered again with another body')) this.#untold.push(other)
    if (faults.strikes('event: told again under another id')) {
      this.#retellings += 1
      const earlier = random.of(this.#told)
      this.#untold.push({ ...earlier, id: `${earlier.id}-again-${this.#retellings}` })
    }
  }

  /** A keeper’s round, which may break off. */
  async keep(): Promise<void> {
    const life = this.#worker()
    await Promise.race([doRound(this.#depsOf(life)), life.ended])
  }

  /** Says that the product gives notes from now on, or no longer, and lets what was bought follow. Nobody may hear it. */
  async changeProduct(): Promise<void> {
    const { clock } = this.#around
    this.#hasNotes = !this.#hasNotes
    const life = this.#worker()
    const deps = this.#depsOf(life)
    const changing = putCourse(deps.d1, this.#hasNotes).then(() =>
      followUp(deps, { what: 'product', at: clock.now() }),
    )
    await Promise.race([changing.catch(() => undefined), life.ended])
  }

  async #deliver({ id, type, data }: ShopEvent): Promise<boolean> {
    const body = bytesOf(JSON.stringify({ type, timestamp: '2030-01-01T11:00:00Z', data }))
    const headers = await standardWebhooks.sign(body, { id, at: this.#around.clock.now() })
    const request = new Request('https://ledger.test/webhooks/standard-webhooks', {
      method: 'POST',
      headers,
      body,
    })
    const life = this.#worker()
    const deps = this.#depsOf(life)
    let processing: Promise<unknown> = Promise.resolve()
    const response = await Promise.race([
      receive(request, {
        ...deps,
        secrets: new Map([['standard-webhooks', [standardWebhooks.secret]]]),
        waitUntil: (work) => {
          processing = work
        },
        process: (event, atHand) => drainAfter(deps, processArrival(deps, event, atHand)),
        processAgain: (id) => drainAfter(deps, processEvent(deps, id)),
      }),
      life.ended,
    ])
    // What goes on after the answer may break off; the sweep takes it up.
    await Promise.race([processing.catch(() => undefined), life.ended])
    // A signature may have grown stale on its way, when a clock jumped.
    if (response !== undefined && ![200, 401, 503].includes(response.status)) {
      throw new Error(`The shop was answered ${response.status}: ${await response.text()}`)
    }
    return response?.status === 200
  }

  #worker(): Life {
    const life = new Life(() => this.#around.faults.strikes('Worker: dies while it processes an event'))
    setTimeout(() => life.end(), WORKER_LIMIT_MS)
    return life
  }

  #depsOf(life: Life): SweepDeps {
    return {
      d1: this.#d1.of(life),
      ledgers: this.#objects.of(life),
      now: this.#around.clock.now,
      fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
      apiKeys: new Map<string, string>(),
      mode: 'test',
      ...CHECKOUT_DEFAULTS,
      keep: { settledMs: 3650 * DAY_MS, unsettledMs: 3650 * DAY_MS },
      isFull: () => false,
    }
  }
}

/** The same event with far more bought: under an id that is known it must never count. `null` where nothing is bought. */
function overstated({ id, type, data }: ShopEvent): ShopEvent | null {
  const name = 'lines' in data ? 'lines' : 'items'
  const bought = data[name] as readonly object[] | undefined
  if (bought === undefined) return null
  return { id, type, data: { ...data, [name]: bought.map((one) => ({ ...one, quantity: 1000 })) } }
}
