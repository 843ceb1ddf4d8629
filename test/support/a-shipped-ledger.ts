import { providerNamed } from '../../src/checkout/providers/provider-named.ts'
import type { SourceFact } from '../../src/domain/purchases/register/fact.ts'
import type { Policy } from '../../src/domain/purchases/payments/policy.ts'
import { fold } from '../../src/domain/user/fold.ts'
import { type UserState, emptyState } from '../../src/domain/user/user-state.ts'
import { decideCommand } from '../../src/ledger/object/decisions/decide-command.ts'
import { Draft } from '../../src/ledger/object/draft.ts'
import { bytesToEntry } from '../../src/ledger/store/entry-bytes.ts'
import { type Memory, productKey } from '../../src/ledger/store/memory.ts'
import type { ShippedDelivery, ShippedHistory } from './shipped.ts'
import { aCatalog } from './a-catalog.ts'

/** What the deployment decided that version 4.0 ran in. */
export const POLICY: Policy = {
  graceMs: 7 * 86_400_000,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}

/**
 * The state of a kept ledger once it is told an event, at the moment up to which it is kept; `null` settles its sources
 * anew, as a change of their products does.
 */
export async function stateAfter(
  history: ShippedHistory,
  delivery: ShippedDelivery | null,
): Promise<UserState> {
  const { provider } = history
  const now = Date.parse(history.now)
  let memory = memoryOf(history)
  for (const { account, ref, facts } of await toldOf(history, delivery)) {
    const draft = new Draft(memory, aCatalog(), POLICY)
    const decision = await decideCommand(
      {
        command: { type: 'settle_source', source: { provider, account, ref }, facts, moved: null },
        commandId: `inbox:inb_next:0:${ref}`,
        cause: { kind: 'checkout', ref: 'inb_next' },
        effectiveAt: null,
        idempotency: null,
        ifVersion: null,
        actor: null,
        reason: null,
        requestId: 'inb_next',
      },
      draft.basis,
      now,
    )
    const outcome = await draft.add(decision)
    if (outcome.type !== 'settled') throw new Error(`Not settled: ${outcome.type}`)
    memory = draft.memory()
  }
  return memory.state
}

interface Told {
  readonly account: string
  readonly ref: string
  readonly facts: readonly SourceFact[]
}

async function toldOf(history: ShippedHistory, delivery: ShippedDelivery | null): Promise<readonly Told[]> {
  if (delivery === null) return history.sources.map(({ account, ref }) => ({ account, ref, facts: [] }))
  const { facts, account } = await readingOf(history, delivery)
  const bySource = Map.groupBy(facts, (fact) => sourceRefOf(fact, history.refs))
  return [...bySource].map(([ref, ofSource]) => ({ account, ref, facts: ofSource }))
}

async function readingOf({ provider: name }: ShippedHistory, { headers, body }: ShippedDelivery) {
  const provider = providerNamed(name)
  if (provider === null) throw new Error(`Nobody reads events of ${name}`)
  // As the receiver does: some events have no other id than the hash of their bytes.
  const envelope = await provider.envelopeOf(
    body,
    new Headers({ ...headers, 'x-body-sha256': 'of-the-next' }),
  )
  const { facts, unknown } = provider.read(body, envelope, null)
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join()}`)
  return { facts: facts.filter(isOfSource), account: envelope.account }
}

function isOfSource(fact: { readonly type: string }): fact is SourceFact {
  return fact.type !== 'link' && fact.type !== 'transfer'
}

function sourceRefOf(fact: SourceFact, refs: ShippedHistory['refs']): string {
  const ids = 'of' in fact ? fact.of : [fact.ref, ...fact.aliases]
  const known = ids.map((id) => refs[id]).find((ref) => ref !== undefined)
  if (known === undefined) throw new Error(`Of no source that is known: ${ids.join()}`)
  return known
}

/** What the user's object would remember once it has read the rows. */
function memoryOf({ userId, entries, provider, catalog }: ShippedHistory): Memory {
  const products = Object.entries(catalog).map(
    ([reference, product]) => [productKey(provider, '', reference), product] as const,
  )
  return {
    state: entries.reduce(
      (state, { bytes }) => fold(state, bytesToEntry(bytes).entry, null),
      emptyState(userId),
    ),
    hash: entries.at(-1)?.hash ?? '',
    receipts: new Map(),
    products: new Map(products),
    past: new Map(),
    catalogVersion: 3,
    standIns: new Set(),
    lagging: [],
  }
}
