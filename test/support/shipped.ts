import type { Reason } from '../../src/domain/entitlements/state.ts'
import type { Product } from '../../src/domain/purchases/products/product.ts'
import type { Json } from '../../src/domain/values/json.ts'
import type { EntitlementRow } from '../../src/ledger/store/entitlement-row.ts'
import type { ReferenceRow, SourceRow } from '../../src/ledger/store/source-row.ts'
import type { LotRow, ReservationRow, ResolutionRow } from '../../src/ledger/store/usage/usage-rows.ts'
import type { Balance } from '../../src/domain/entitlements/balance.ts'

/** A purchase as version 4.0 recorded it; `test/fixtures/shipped-4.0/README.md` says what each member is. */
export interface ShippedHistory {
  readonly name: string
  readonly provider: string
  /** ISO 8601. */
  readonly now: string
  readonly userId: string
  readonly catalog: Readonly<Record<string, Product>>
  readonly entries: readonly ShippedEntry[]
  readonly sources: readonly SourceRow[]
  readonly sourceReferences: readonly ReferenceRow[]
  readonly refs: Readonly<Record<string, string>>
  readonly entitlements: readonly EntitlementRow[]
  readonly lots: readonly LotRow[]
  readonly reservations: readonly ReservationRow[]
  readonly resolutions: readonly ResolutionRow[]
  readonly seen: Readonly<Record<string, ShippedAnswer>>
  readonly next: readonly ShippedEvent[]
  readonly lifted: ShippedRelease | null
}

export interface ShippedEntry {
  readonly seq: number
  readonly bytes: string
  readonly hash: string
}

/** What a check answered of one feature. */
export interface ShippedAnswer {
  readonly allowed: boolean
  readonly reason: Reason
  readonly value?: Json
  readonly balance?: Balance
}

export interface ShippedDelivery {
  readonly what: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** An event that tells nothing new about money. */
export interface ShippedEvent extends ShippedDelivery {
  readonly name: string
}

/** The event by which what is held is given again, and what a check answered then. */
export interface ShippedRelease extends ShippedDelivery {
  readonly seen: ShippedHistory['seen']
}

/** As it is written: what begins as another history of the file does is written there alone. */
interface Written extends ShippedHistory {
  readonly begins: { readonly as: string; readonly entries: number } | null
}

const written = import.meta.glob<readonly Written[]>(
  ['../fixtures/shipped-4.0/*.json', '!../fixtures/shipped-4.0/database.json'],
  { eager: true, import: 'default' },
)

/** All histories that are kept of version 4.0, those of one provider after another. */
export const shippedHistories: readonly ShippedHistory[] = Object.values(written).flatMap(wholeOf)

function wholeOf(histories: readonly Written[]): readonly ShippedHistory[] {
  const whole = new Map<string, ShippedHistory>()
  for (const { begins, ...history } of histories) {
    const before = begins === null ? [] : whole.get(begins.as)?.entries.slice(0, begins.entries)
    if (before === undefined) throw new Error(`${history.name} begins as what is not before it`)
    whole.set(history.name, {
      ...history,
      entries: [...before, ...history.entries],
      // What migrations since have added to every row.
      entitlements: history.entitlements.map((row) => ({ ...row, usageStays: false })),
      lots: history.lots.map((row) => ({ ...row, others: '[]' })),
    })
  }
  return [...whole.values()]
}
