import { type Entitlement, isBought } from '../../domain/entitlements/entitlement.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Json, JsonObject } from '../../domain/values/json.ts'
import type { HistoryItem } from '../../ledger/store/history.ts'
import { entitlementToWire } from './wire.ts'

// What users are shown of what is theirs. Who did it and why, what the shop noted for itself and the keys that callers use
// are none of it: a key that is known could be taken, and a reason is written for colleagues.

export function ownEntitlementToWire(entitlement: Entitlement, userId: UserId, now: Instant) {
  const { source, metadata, ...rest } = entitlementToWire(entitlement, userId, now)
  return { ...rest, source: ownSource(source), metadata: ownMetadata(metadata) }
}

export function ownHistoryItemToWire(item: HistoryItem) {
  const { v, userId, seq, type, recordedAt, effectiveAt, noteHash, cause, data } = item.stored as EntryJson
  const metadata = ownMetadata(item.note?.metadata ?? null)
  return {
    v,
    userId,
    seq,
    type,
    cause: { kind: cause.kind },
    recordedAt,
    effectiveAt,
    data: ownData(data),
    noteHash,
    hash: item.hash,
    note: metadata === null ? null : { metadata },
  }
}

/** An entry as it is stored, whatever its form. */
type EntryJson = JsonObject & {
  readonly cause: { readonly kind: string }
  readonly data: EntryData
}

interface EntryData {
  readonly source?: SourceName
}

interface SourceName {
  readonly provider: string
  readonly ref: string
}

function ownData({ source, ...rest }: EntryData): object {
  return source === undefined ? rest : { ...rest, source: ownSource(source) }
}

/** Of a grant the shop's own name is left out: it is the Idempotency-Key unless it was given another. */
function ownSource<T extends SourceName>(source: T): Omit<T, 'ref'> & Partial<Pick<T, 'ref'>> {
  const { ref, ...ofSource } = source
  return isBought({ source }) ? { ...ofSource, ref } : ofSource
}

/** What is under `public`, if that is an object, in the place where it is for everybody. */
export function ownMetadata(metadata: JsonObject | null): JsonObject | null {
  if (metadata === null || !Object.hasOwn(metadata, 'public')) return null
  const { public: shown } = metadata
  return shown !== undefined && isObject(shown) ? { public: shown } : null
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
