import type { Access } from '../domain/access.ts'
import type { Entitlement } from '../domain/entitlement.ts'
import type { Instant } from '../domain/instant.ts'
import { stateOf } from '../domain/state.ts'
import type { Reading } from '../edge/reader.ts'
import type { CatalogFeature } from '../ledger/across-users/features.ts'
import type { CatalogProduct } from '../ledger/across-users/products.ts'
import type { HistoryItem } from '../ledger/history.ts'

// What the domain and the ledger say, in the words of the contract. Each answers plain JSON.

export function entitlementToWire(entitlement: Entitlement, userId: string, now: Instant) {
  const { id, feature, allowance, startsAt, endsAt, graceEndsAt, trial, priority, source } = entitlement
  return {
    id,
    userId,
    feature,
    state: stateOf(entitlement, now),
    ...(allowance.type === 'config' ? { value: allowance.value } : {}),
    startsAt: instantToWire(startsAt),
    endsAt: instantToWire(endsAt),
    graceEndsAt: instantToWire(graceEndsAt),
    trial,
    priority,
    source,
    createdAt: instantToWire(entitlement.createdAt),
    suspendedAt: instantToWire(entitlement.suspendedAt),
    revokedAt: instantToWire(entitlement.revokedAt),
    metadata: entitlement.metadata?.value ?? null,
    version: entitlement.version,
  }
}

export function checkToWire(userId: string, feature: string, reading: Reading<Access>) {
  return { userId, ...accessToWire(feature, reading.answer), ...freshnessToWire(reading) }
}

export function accessToWire(feature: string, { nextChangeAt, ...access }: Access) {
  return { feature, ...access, nextChangeAt: instantToWire(nextChangeAt) }
}

export function freshnessToWire({ version, asOf, source, degraded }: Reading<unknown>) {
  return { version, asOf: instantToWire(asOf), source, ...(degraded ? { degraded } : {}) }
}

export function featureToWire({ key, type, name, archivedAt, version }: CatalogFeature) {
  return { key, type, name, archivedAt: instantToWire(archivedAt), version }
}

export function productToWire({ archivedAt, ...product }: CatalogProduct) {
  return { ...product, archivedAt: instantToWire(archivedAt) }
}

export function historyItemToWire({ stored, hash, note }: HistoryItem) {
  return { ...stored, hash, note }
}

function instantToWire(instant: Instant): string
function instantToWire(instant: Instant | null): string | null
function instantToWire(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
}
