import type { LedgerEntryAnswer, PlanAnswer } from '../wire.ts'
import type { FakeRight } from './fake-rights.ts'

/** What was spent, and of what. */
export interface FakeSpending {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly takes: readonly FakeTake[]
}

export interface FakeTake {
  readonly right: FakeRight
  readonly amount: number
}

export interface FakeConsumption extends FakeSpending {
  reversed: number
}

export interface FakeReservation extends FakeSpending {
  readonly endsAtMs: number
  state: 'open' | 'committed' | 'released' | 'expired'
}

export interface FakePlan extends Omit<PlanAnswer, 'state' | 'entitlements'> {
  isEnded: boolean
  rights: readonly FakeRight[]
}

/** All that a fake ledger has recorded of one user. */
export class FakeUser {
  readonly id: string
  readonly rights: FakeRight[] = []
  readonly consumptions = new Map<string, FakeConsumption>()
  readonly reservations = new Map<string, FakeReservation>()
  readonly plans = new Map<string, FakePlan>()
  readonly entries: LedgerEntryAnswer[] = []
  /** What was answered to each Idempotency-Key, and to which request. */
  readonly answers = new Map<string, { readonly request: string; readonly answer: unknown }>()

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
