import { env } from 'cloudflare:workers'
import { append } from '../../src/ledger/store/append.ts'
import type { EntitlementRow } from '../../src/ledger/store/entitlement-row.ts'

/** Puts entitlements of a user straight into D1: many, or such as the API cannot make. No entry accounts for them. */
export async function withRows(userId: string, rows: readonly Partial<EntitlementRow>[]): Promise<void> {
  await append(env.DB, {
    userId,
    afterVersion: 0,
    catalogVersion: null,
    entries: [],
    notes: [],
    entitlements: rows.map((row, index) => ({ ...aRow(userId, index), ...row })),
    newEntitlements: [],
    refusalsAside: [],
    receipts: [],
    sources: [],
    sourceReferences: [],
    releasedSources: [],
    handedOver: [],
    takenOver: [],
    lots: [],
    untouchedLots: [],
    reservations: [],
    endedReservations: [],
    lapsedLeases: [],
    resolutions: [],
    holdings: [],
    endedHoldings: [],
    windows: [],
    conclusions: [],
  })
}

/** An entitlement's id that is the `index`th in the order of ids. */
export function idAt(index: number): string {
  return `ent_${index.toString(16).padStart(32, '0')}`
}

function aRow(userId: string, index: number): EntitlementRow {
  return {
    userId,
    id: idAt(index),
    feature: 'export',
    provider: 'api',
    sourceRef: `order-${index}`,
    product: null,
    allowance: '{"type":"boolean"}',
    startsAt: null,
    endsAt: null,
    graceEndsAt: null,
    trial: false,
    priority: 0,
    createdAt: 1,
    suspendedAt: null,
    revokedAt: null,
    metadataSeq: null,
    version: index + 1,
    account: '',
    held: false,
    withdrawn: false,
    usageStays: false,
  }
}
