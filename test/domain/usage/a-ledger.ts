import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { Access } from '../../../src/domain/entitlements/access.ts'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import type { Product } from '../../../src/domain/purchases/products/product.ts'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../src/domain/purchases/register/rules.ts'
import { movedSourceOf } from '../../../src/domain/user/settling/moved-source-of.ts'
import { releasingChanges, settlingChanges } from '../../../src/domain/user/settling/settling-changes.ts'
import { takeOverChanges } from '../../../src/domain/user/settling/take-over-changes.ts'
import { type RegisterFact, registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import type { CreateEntitlement, HandCommand } from '../../../src/domain/user/command.ts'
import { decide } from '../../../src/domain/user/decide.ts'
import type { Change, Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { accessByState } from '../../../src/domain/user/access-by-catalog.ts'
import { decideUsage } from '../../../src/domain/user/decide-usage.ts'
import { lapseAt, withEnds } from '../../../src/domain/user/leases.ts'
import type { Refusal } from '../../../src/domain/user/refusal.ts'
import type { SpentRefund } from '../../../src/domain/usage/forgiveness.ts'
import type { UsageCommand } from '../../../src/domain/usage/usage-command.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { PastUsage } from '../../../src/ledger/object/past-usage.ts'
import { aBilledItem, aPurchase, aReversal, aSubscription, anItem } from '../purchases/facts.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import { NOON, aCreation } from '../samples.ts'
import { type SourceKey, sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'
import type { Balance } from '../../../src/domain/entitlements/balance.ts'

export const METERED_FEATURES = [
  aFeature({ key: 'calls', type: 'metered' }),
  aFeature({ key: 'tokens', type: 'metered', overage: 'allow' }),
  aFeature({ key: 'export', type: 'boolean' }),
]

const CATALOG = aCatalog(METERED_FEATURES)

/** The right of a user to ten of something, unless told otherwise. */
export function aLot(facts: Partial<CreateEntitlement> = {}): CreateEntitlement {
  return aCreation({ feature: 'calls', amount: 10, ...facts })
}

export const consume = (amount: number, feature = 'calls') => ({ type: 'consume', feature, amount }) as const
export const reserve = (amount: number, ttlMs: number, feature = 'calls') =>
  ({ type: 'reserve', feature, amount, ttlMs }) as const
export const reverse = (consumption: number, amount: number | null = null) =>
  ({ type: 'reverse_consumption', consumption, amount }) as const
export const commit = (reservation: number, amount: number | null = null) =>
  ({ type: 'commit_reservation', reservation, amount }) as const
export const release = (reservation: number) => ({ type: 'release_reservation', reservation }) as const
export const renew = (reservation: number, ttlMs: number) =>
  ({ type: 'renew_reservation', reservation, ttlMs }) as const
export const revoke = (entitlementId = 'ent_a') => ({ type: 'revoke_entitlement', entitlementId }) as const
export const update = (changes: object, entitlementId = 'ent_a') =>
  ({ type: 'update_entitlement', entitlementId, changes }) as const

const SHOP = { provider: 'stripe', account: '' }

/** One user's ledger as rules alone: what is asked of it is decided and folded at the moment that it stands at. */
export class Ledger {
  readonly entries: Entry[] = []
  #past = new PastUsage(new Map())
  state: UserState = emptyState('u')
  /** Who had what was bought before. */
  readonly others = new Map<string, { readonly state: UserState; readonly past: PastUsage }>()
  now = NOON
  refusal: Refusal | null = null
  /** By what is decided; everybody may have something by it. */
  catalog: Catalog = CATALOG
  /** What the shop sells, by its reference there. */
  products: Readonly<Record<string, Product>> = {}

  at(now: number): this {
    this.now = now
    return this
  }

  /** What a command was refused for, or the entry that it made; `null` when it found its work done, or moved an end. */
  ask(command: HandCommand | UsageCommand): Entry | string | null {
    if (command.type !== 'renew_reservation') this.#lapse()
    const decision =
      'entitlementId' in command
        ? decide(this.state, command, this.catalog.features, this.now)
        : decideUsage(this.state, command, { catalog: this.catalog, past: this.#past.bySeq }, this.now)
    this.refusal = decision.ok ? null : decision.error
    if (!decision.ok) return decision.error.code
    if (decision.value === null || decision.value.type === 'holding') return null
    if (decision.value.type !== 'lease') return this.#record(decision.value, holderIn(command, this.state))
    const { seq, endsAt } = decision.value.reservation
    this.state = withEnds(this.state, [[seq, endsAt]])
    return null
  }

  /** Closes the leases that have lapsed, as goes before any other change. */
  #lapse(): void {
    const lapse = lapseAt(this.state, this.now)
    if (lapse !== null) this.#record(lapse)
  }

  /** Does what has to be accepted, and says the `seq` of its entry. */
  do(command: HandCommand | UsageCommand): number {
    const outcome = this.ask(command)
    if (outcome === null || typeof outcome === 'string') throw new Error(`Not done: ${outcome ?? 'nothing'}`)
    return outcome.seq
  }

  /** Takes in what the shop tells of a purchase. */
  told(ref: string, facts: readonly SourceFact[], spent: SpentRefund = 'floor_at_zero'): readonly Entry[] {
    this.#lapse()
    const source = { ...SHOP, ref }
    return this.#settle(source, facts.map(registerFact), { policy: policyOf(spent), spent })
  }

  /** Gives all that is known of what was bought to another user, or back to one who had it, and becomes that user. */
  moveTo(userId: string, spent: SpentRefund): void {
    this.#lapse()
    const sources = [...this.state.sources.values()].map(({ source }) => source)
    const left = sources.flatMap((source) => {
      const moved = movedSourceOf(this.state, source, this.now)
      for (const change of releasingChanges(this.state, source, this.now)) this.#record(change)
      return moved === null ? [] : [{ source, moved }]
    })
    this.swap(userId)
    for (const { source, moved } of left) {
      for (const change of takeOverChanges(source, moved, this.now)) this.#record(change)
      const known = { type: 'known', register: moved.register } as const
      this.#settle(source, [known], { policy: policyOf(spent), spent: 'floor_at_zero' })
    }
  }

  /** Goes on as another user. */
  swap(userId: string): void {
    this.others.set(this.state.userId, { state: this.state, past: this.#past })
    const known = this.others.get(userId) ?? { state: emptyState(userId), past: new PastUsage(new Map()) }
    this.state = known.state
    this.#past = known.past
    this.others.delete(userId)
  }

  #settle(
    source: SourceKey,
    told: readonly RegisterFact[],
    { policy, spent }: { readonly policy: Policy; readonly spent: SpentRefund },
  ): readonly Entry[] {
    const known = this.state.sources.get(sourceKeyText(source))?.register ?? EMPTY_REGISTER
    const register = absorbFacts(known, told, CURRENT_RULES)
    const { given, takenBack } = gives(register, (reference) => this.products[reference], policy)
    const idOf = (one: { item: string; feature: string }) => `${source.ref} ${one.item} ${one.feature}`
    const after = {
      facts: told,
      register,
      given: given.map((one) => ({ ...one, entitlementId: idOf(one) })),
      takenBack: new Set(takenBack.map(idOf)),
    }
    return settlingChanges(this.state, source, after, { now: this.now, spent }).map((change) =>
      this.#record(change),
    )
  }

  access(feature = 'calls', now = this.now, amount = 1): Access {
    return accessByState(this.state, this.catalog, feature, now, amount)
  }

  /** Whether a command would be accepted, which leaves all as it is. */
  wouldDo(command: UsageCommand): boolean {
    return decideUsage(this.state, command, { catalog: this.catalog, past: this.#past.bySeq }, this.now).ok
  }

  balance(feature = 'calls', now = this.now): Balance {
    return this.access(feature, now).balance ?? { granted: 0, used: 0, reserved: 0, remaining: 0 }
  }

  remaining(now = this.now): number {
    return this.balance('calls', now).remaining
  }

  #record(change: Change, holder?: string): Entry {
    const { userId, version } = this.state
    const place = { userId, seq: version + 1, commandId: 'c', cause: { kind: 'api', ref: 'r' } }
    const entry: Entry = { ...change, ...place, recordedAt: this.now, effectiveAt: this.now }
    this.#past.take(entry, this.state)
    const folded = fold(this.state, entry, holder === undefined ? null : { holder })
    const isLease = entry.type === 'usage_reserved' && entry.data.hasHolder === true
    this.state = isLease ? withEnds(folded, [[entry.seq, entry.data.endsAt]]) : folded
    this.entries.push(entry)
    return entry
  }
}

function holderIn(command: HandCommand | UsageCommand, { reservations }: UserState): string | undefined {
  if (command.type === 'commit_reservation') return reservations.get(command.reservation)?.holder ?? undefined
  return command.type === 'consume' || command.type === 'reserve' ? command.holder : undefined
}

function policyOf(spentRefund: SpentRefund): Policy {
  return { graceMs: 0, partialRefund: 'keep', spentRefund, amounts: 'on_active' }
}

/** Bought once, so many of each line. */
export function bought(lines: Readonly<Record<string, number>>, startsAt: number | null = null): SourceFact {
  const items = Object.entries(lines).map(([id, quantity]) =>
    anItem({ id, product: 'credits', quantity, ordered: quantity }),
  )
  return aPurchase({}, { startsAt, lines: items })
}

/** So many of a line given back, or, when `undone`, that refund taken back. */
export function refunded(id: string, line: string, quantity: number, undone = false): SourceFact {
  return aReversal({ type: 'line', line, quantity }, { id, ...toldAs(undone) })
}

/** A subscription that was paid for from one moment to another. */
export function paid(
  startsAt: number,
  endsAt: number,
  { since = startsAt, at = startsAt, item = 'item', product = 'plan' } = {},
): SourceFact {
  const period = { startsAt, endsAt }
  return aSubscription({
    version: { at, rank: 0 },
    toldAt: at,
    startsAt: since,
    tellsPayments: false,
    items: [aBilledItem({ id: item, product, period })],
  })
}

/** What was paid at a moment given back, or, when `undone`, that refund taken back. */
export function paidBack(id: string, paidAt: number, undone = false): SourceFact {
  return aReversal({ type: 'everything' }, { of: ['sub'], id, paidAt, ...toldAs(undone) })
}

/** That a refund failed is told after it. */
function toldAs(undone: boolean) {
  return { undone, version: { at: undone ? 2 : 1, rank: 0 } }
}
