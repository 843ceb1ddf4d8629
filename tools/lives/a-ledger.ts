import type { Provider } from '../../src/checkout/provider/provider.ts'
import type { Access } from '../../src/domain/entitlements/access.ts'
import type { Fact, SourceFact } from '../../src/domain/purchases/register/fact.ts'
import { recordToCatalog } from '../../src/domain/catalog/catalog.ts'
import type { PlanCommand } from '../../src/domain/purchases/plans/plan-command.ts'
import type { Policy } from '../../src/domain/purchases/payments/policy.ts'
import type { Product } from '../../src/domain/purchases/products/product.ts'
import type { Command } from '../../src/domain/user/command.ts'
import { snapshotOf } from '../../src/domain/user/access-of-state.ts'
import { type Snapshot, accessFrom } from '../../src/domain/user/snapshot.ts'
import { emptyState } from '../../src/domain/user/user-state.ts'
import { decideCommand } from '../../src/ledger/object/decisions/decide-command.ts'
import { Draft } from '../../src/ledger/object/draft.ts'
import { type Memory, productKey } from '../../src/ledger/store/memory.ts'
import type { CommandOutcome } from '../../src/ledger/submission.ts'
import type { Delivery } from '../../test/checkout/scenario.ts'
import type { Moment } from './life.ts'
import { USER } from './told.ts'
import type { Listening } from './ways.ts'
import type { SourceKey } from '../../src/domain/purchases/register/source-key.ts'

export interface ALedgerOf {
  /** As the catalog has it. */
  readonly name: string
  readonly provider: Provider
  readonly products: readonly (readonly [reference: string, product: Product])[]
  readonly policy: Policy
}

interface Heard {
  readonly occurredAt: Moment
  readonly facts: readonly SourceFact[]
}

/** What deliveries say, which is the same whenever they are read: a life is told in several ways. */
const HEARD = new WeakMap<Delivery, Heard>()

/** What purchases give follows from the products of their references alone; what is spent has to be there. */
const CATALOG = recordToCatalog({
  version: 1,
  features: ['calls', 'credits'].map((key) => ({
    key,
    type: 'metered',
    overage: 'deny',
    combine: 'latest',
    archived: false,
    enabled: true,
  })),
  everyone: [],
})

/**
 * The ledger of one user who owns all that is told: what is told goes the way that it goes in production, from what
 * a provider reads to the user's draft, with a memory for a database.
 */
export class ALedger implements Listening {
  readonly #of: ALedgerOf
  readonly #sourceById = new Map<string, string>()
  #memory: Memory
  #waiting: readonly SourceFact[] = []
  readonly #shown = new Set<string>()
  #commands = 0
  #copy: Snapshot | null = null

  constructor(of: ALedgerOf) {
    this.#of = of
    this.#memory = {
      state: emptyState(USER),
      hash: '',
      receipts: new Map(),
      products: new Map(
        of.products.flatMap(([reference, product]) => [
          [productKey(of.name, '', reference), product],
          [productKey('api', '', product.id), product],
        ]),
      ),
      past: new Map(),
      catalogVersion: 1,
      standIns: new Set(),
      lagging: [],
    }
  }

  /** Takes in one delivery that arrives at that moment, and all that waited for it. */
  async tell(delivery: Delivery, at: Moment): Promise<void> {
    const { occurredAt, facts } = await this.#read(delivery)
    this.#waiting = [...this.#waiting, ...facts]
    while (await this.#settleWhatIsKnown(occurredAt, at)) {
      // What was just learned may be what others wait for.
    }
  }

  async spend(feature: string, amount: number, at: Moment): Promise<void> {
    const outcome = await this.#submit({ type: 'consume', feature, amount }, null, at)
    if (outcome.type !== 'used')
      throw new Error(`${amount} were there and could not be spent: ${JSON.stringify(outcome)}`)
  }

  async ask(command: PlanCommand, at: Moment): Promise<void> {
    const outcome = await this.#submit(command, null, at)
    if (outcome.type !== 'planned') throw new Error(`${command.type} was ${JSON.stringify(outcome)}`)
  }

  access(feature: string, at: Moment): Access {
    const { state } = this.#memory
    // All features are asked for at the same moments.
    if (this.#copy?.version !== state.version || this.#copy.confirmedAt !== at)
      this.#copy = snapshotOf(state, at)
    return accessFrom(this.#copy, feature, at)
  }

  /** What the inbox shows of all that was told, for somebody to look at. */
  get shown(): readonly string[] {
    return [...this.#shown]
  }

  /** How many facts point at nothing that is known. */
  get waitingCount(): number {
    return this.#waiting.length
  }

  async #read(delivery: Delivery): Promise<Heard> {
    const heard = HEARD.get(delivery)
    if (heard !== undefined) return heard
    const { provider } = this.#of
    const { body, headers } = delivery
    const envelope = await provider.envelopeOf(body, new Headers(headers))
    const { facts, unknown } = provider.read(body, envelope, null)
    if (unknown.length > 0) throw new Error(`Nobody knows ${unknown.join(', ')} of ${envelope.type}`)
    const read = { occurredAt: envelope.occurredAt, facts: facts.filter(isOfSource) }
    HEARD.set(delivery, read)
    return read
  }

  /** References that the catalog does not know, such as what is charged beside a subscription, give nothing. */
  async #settleWhatIsKnown(happenedAt: Moment, at: Moment): Promise<boolean> {
    const bySource = new Map<string, SourceFact[]>()
    const waiting: SourceFact[] = []
    // A source that says its own name first, so that what only points at it finds it.
    for (const fact of this.#waiting.toSorted((a, b) => Number('of' in a) - Number('of' in b))) {
      const ref = this.#sourceOf(fact)
      if (ref === undefined) waiting.push(fact)
      else bySource.set(ref, [...(bySource.get(ref) ?? []), fact])
    }
    this.#waiting = waiting
    const { name: provider } = this.#of
    for (const [ref, facts] of bySource) {
      const source: SourceKey = { provider, account: '', ref }
      const outcome = await this.#submit(
        { type: 'settle_source', source, facts, moved: null },
        happenedAt,
        at,
      )
      if (outcome.type !== 'settled') throw new Error(`What was told was ${outcome.type}`)
      for (const notice of outcome.notices) this.#shown.add(notice)
      if (outcome.unknownProducts.length > 0) this.#shown.add('unknown_product')
    }
    return bySource.size > 0 && waiting.length > 0
  }

  #sourceOf(fact: SourceFact): string | undefined {
    const ids = 'of' in fact ? fact.of : [fact.ref, ...fact.aliases]
    const known = ids.map((id) => this.#sourceById.get(id)).find((ref) => ref !== undefined)
    const ref = known ?? ('of' in fact ? undefined : fact.ref)
    if (ref === undefined) return undefined
    for (const id of ids) if (!this.#sourceById.has(id)) this.#sourceById.set(id, ref)
    return ref
  }

  async #submit(command: Command, effectiveAt: Moment | null, at: Moment): Promise<CommandOutcome> {
    this.#commands += 1
    const commandId = `command:${this.#commands}`
    const draft = new Draft(this.#memory, CATALOG, this.#of.policy)
    const decision = await decideCommand(
      {
        command,
        commandId,
        cause: { kind: 'checkout', ref: commandId },
        effectiveAt,
        idempotency: null,
        ifVersion: null,
        actor: null,
        reason: null,
        requestId: commandId,
      },
      draft.basis,
      at,
    )
    const outcome = await draft.add(decision)
    this.#memory = draft.memory()
    return outcome
  }
}

/** One user owns everything here. */
function isOfSource(fact: Fact): fact is SourceFact {
  return fact.type !== 'link' && fact.type !== 'transfer'
}
