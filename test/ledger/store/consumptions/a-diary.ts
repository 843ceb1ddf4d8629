import fc from 'fast-check'
import { env } from 'cloudflare:workers'
import { putFeature } from '../../../../src/catalog/features.ts'
import type { UsageCommand } from '../../../../src/domain/usage/usage-command.ts'
import { aWriter } from '../../../app/usage/a-writer.ts'
import { aCreation } from '../../../domain/samples.ts'
import { aSubmission } from '../../../support/ledger.ts'

const FEATURES = ['renders', 'tokens'] as const

/** The catalog holds the features that are written of. */
export async function withFeatures(): Promise<void> {
  for (const key of FEATURES) {
    await putFeature(env.DB, { key, type: 'metered', overage: 'allow', name: null, unit: null })
  }
}

/** What can happen: which feature, earlier consumption or number of milliseconds is meant is a place among those there are. */
export type Happening = readonly [what: (typeof WHATS)[number], place: number, amount: number]

const WHATS = ['consume', 'consume', 'consume', 'commit', 'reverse', 'reverse', 'grant', 'pass'] as const

export const happening: fc.Arbitrary<Happening> = fc.tuple(
  fc.constantFrom(...WHATS),
  fc.nat({ max: 30 }),
  fc.integer({ min: 1, max: 9 }),
)

/** A consumption or reversal, as who did it would note it down. */
export interface Noted {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly overage: number
  readonly at: number
}

/** A user, and a list of all that was done. Of each consumption it has the units that were not given back: `true` was there. */
export class Diary {
  readonly #of = aWriter()
  readonly noted: Noted[] = []
  readonly #units = new Map<string, boolean[]>()
  #grants = 0

  get userId(): string {
    return this.#of.userId
  }

  get now(): number {
    return this.#of.clock.now
  }

  async happen([what, place, amount]: Happening): Promise<void> {
    const feature = FEATURES[place % 2] ?? 'renders'
    switch (what) {
      case 'pass':
        this.#of.clock.now += place
        return undefined
      case 'grant':
        this.#grants += 1
        return this.#grant(feature, amount)
      case 'consume':
        return this.#consumed(feature, await this.#do({ type: 'consume', feature, amount }))
      case 'commit': {
        const held = await this.#do({ type: 'reserve', feature, amount, ttlMs: 60_000 })
        if (held === null) return undefined
        const part = 1 + (place % amount)
        const command = { type: 'commit_reservation', reservation: seqOf(held.id), amount: part } as const
        return this.#consumed(feature, await this.#do(command))
      }
      case 'reverse': {
        // Of the newest some part, so that one is often given back in several.
        const [id, units] = [...this.#units].at(-1 - (place % 3)) ?? ['con_1', []]
        const part = 1 + (amount % 3)
        const command = { type: 'reverse_consumption', consumption: seqOf(id), amount: part } as const
        const reversal = await this.#do(command)
        if (reversal === null) return undefined
        const back = units.splice(units.length - part)
        this.#note(reversal, back.filter((wasThere) => !wasThere).length)
      }
    }
  }

  #consumed(feature: string, answer: Answer | null): void {
    if (answer === null) return
    const { id, amount, overage = 0 } = answer
    this.#note({ ...answer, feature }, overage)
    this.#units.set(
      id,
      Array.from({ length: amount }, (_, unit) => unit < amount - overage),
    )
  }

  #note({ id, feature, amount }: Answer, overage: number): void {
    this.noted.push({ id, feature, amount, overage, at: this.now })
  }

  async #grant(feature: string, amount: number): Promise<void> {
    const source = { provider: 'api', account: '', ref: `order-${this.#grants}`, product: null }
    const creation = aCreation({ entitlementId: `ent_${this.#grants}`, feature, source, amount })
    await this.#of.submit(aSubmission(creation))
  }

  /** What was answered, `null` where it was refused. */
  async #do(command: UsageCommand): Promise<Answer | null> {
    const { status, body } = await this.#of.submit(aSubmission(command))
    return status >= 300 ? null : (JSON.parse(body) as Answer)
  }
}

interface Answer {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly overage?: number
}

function seqOf(id: string): number {
  return Number(id.slice(id.indexOf('_') + 1))
}
