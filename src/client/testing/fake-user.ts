import type { ConsumptionPageAnswer, HolderAnswer, LedgerEntryAnswer, PlanAnswer } from '../wire.ts'
import type { FakeRight } from './fake-rights.ts'

export interface FakeTake {
  readonly right: FakeRight
  readonly amount: number
}

/** What was spent or reserved, and of what: of no lot where the feature is held. */
export interface FakeSpending {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly takes: readonly FakeTake[]
  readonly holder: string | null
  readonly metadata: HolderAnswer['metadata']
  readonly since: string
}

export interface FakeConsumption extends FakeSpending {
  reversed: number
}

export interface FakeReservation extends FakeSpending {
  endsAtMs: number
  /** What became of it by somebody’s hand; `null` while it is open or has lapsed. */
  end:
    | { readonly state: 'committed'; readonly consumptionId: string }
    | { readonly state: 'released'; readonly releasedBy: number }
    | null
  /** Of a lease whose end is recorded. */
  isLapsed: boolean
}

export interface FakePlan extends Omit<PlanAnswer, 'state' | 'entitlements'> {
  isEnded: boolean
  rights: readonly FakeRight[]
}

export type FakeUsage = NonNullable<ConsumptionPageAnswer['items']>[number]

/** What was answered under an Idempotency-Key, and to which request. */
export interface FakeReceipt {
  readonly request: string
  readonly answer: { readonly told: unknown } | { readonly refusal: unknown }
}

/** All that a fake ledger has recorded of one user. */
export class FakeUser {
  readonly id: string
  rights: FakeRight[] = []
  readonly consumptions = new Map<string, FakeConsumption>()
  readonly reservations = new Map<string, FakeReservation>()
  readonly plans = new Map<string, FakePlan>()
  readonly entries: LedgerEntryAnswer[] = []
  /** What was consumed and given back, in its order. */
  readonly usage: FakeUsage[] = []
  readonly receipts = new Map<string, FakeReceipt>()

  constructor(id: string) {
    this.id = id
  }

  get version(): number {
    return this.entries.length
  }

  /** Records that something happened, and answers its version. */
  record(type: string, at: string, data: Readonly<Record<string, unknown>>): number {
    const seq = this.version + 1
    // Nothing is proved by a fake.
    const proof = { noteHash: null, hash: '0'.repeat(64), note: null }
    const told = { v: 2, userId: this.id, seq, type, cause: { kind: 'command' } } as const
    this.entries.push({ ...told, recordedAt: at, effectiveAt: at, data, ...proof })
    return seq
  }
}
