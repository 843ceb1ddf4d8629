import type { Entitlement, Metadata } from '../entitlements/entitlement.ts'
import { upgradeRegister } from '../purchases/register/register-before.ts'
import { EMPTY_REGISTER, type Register } from '../purchases/register/register.ts'
import { RULES, type Rules, absorbFacts } from '../purchases/register/rules.ts'
import { isSameSource, sourceKeyText } from '../purchases/register/source-key.ts'
import type { LapsedLease } from '../usage/usage-change.ts'
import type { EntitlementId, Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Entry, GivenData, Note, SourceSettledData, TouchedData, UpdatedData } from './entry.ts'
import {
  type EntryOfUsage,
  foldUsage,
  isOfUsage,
  withUsageMovedIn,
  withTerms,
  withoutHoldsOf,
  withoutLapsedHolds,
} from './fold-usage.ts'
import { withEnds } from './leases.ts'
import type { UserState } from './user-state.ts'

/** Returns the state after one more recorded entry, and never refuses one. Throws where it names what no entry made. */
export function fold(state: UserState, entry: Entry, note: Note | null, rules: Rules = RULES): UserState {
  const { seq: version, recordedAt } = entry
  // What has lapsed is known before anything is reckoned: what one lease held may be what another left.
  const known = entry.type === 'leases_lapsed' ? withEnds(state, entry.data.leases.map(endOf)) : state
  const begun = withoutLapsedHolds({ ...known, version, recordedAt }, recordedAt)
  if (entry.type === 'leases_lapsed') return begun
  if (isOfUsage(entry)) return foldUsage(begun, entry, note)
  if (entry.type === 'source_settled') {
    const { source } = entry.data
    const register = registerAfter(state.sources.get(sourceKeyText(source))?.register, entry.data, rules)
    const record = { source, register, version: entry.seq }
    return { ...begun, sources: new Map(state.sources).set(sourceKeyText(source), record) }
  }
  if (entry.type === 'source_released') {
    const { source } = entry.data
    const remaining = entry.data.rules === 1 ? begun : withoutHoldsOf(begun, source)
    const sources = [...state.sources].filter(([, one]) => !isSameSource(one.source, source))
    return { ...remaining, sources: new Map(sources) }
  }
  const entitlement = entitlementAfter(begun, entry, note)
  const withUsage = withTerms(begun, entitlement, forgivenessOf(entry), entry.recordedAt)
  const spent = entry.type === 'entitlement_given' ? entry.data.spent : null
  const after = spent === null ? withUsage : withUsageMovedIn(withUsage, entitlement, spent)
  return { ...after, entitlements: new Map(state.entitlements).set(entitlement.id, entitlement) }
}

type OfEntitlement = Exclude<
  Entry,
  { type: 'source_settled' | 'source_released' | 'leases_lapsed' } | EntryOfUsage
>

function endOf({ reservation, lapsedAt }: LapsedLease): readonly [Seq, Instant] {
  return [reservation, lapsedAt]
}

function registerAfter(before: Register | undefined, data: SourceSettledData, rules: Rules): Register {
  if ('register' in data) return upgradeRegister(data.source.provider, data.register)
  return absorbFacts(before ?? EMPTY_REGISTER, data.facts, data.rules, rules)
}

/** Entries by hand say nothing of what is forgiven, which stays, and begin each paid period with nothing spent. */
function forgivenessOf(entry: OfEntitlement) {
  return entry.type === 'entitlement_given' || entry.type === 'entitlement_withdrawn'
    ? entry.data
    : { forgiven: null, rules: 1 }
}

function entitlementAfter(state: UserState, entry: OfEntitlement, note: Note | null): Entitlement {
  const version = entry.seq
  switch (entry.type) {
    case 'entitlement_created':
      return {
        ...newEntitlement(entry.data.entitlementId, entry.recordedAt),
        feature: entry.data.feature,
        source: entry.data.source,
        ...entry.data.terms,
        version,
        metadata: metadataAfter(entry.data, entry.seq, note, null),
      }
    case 'entitlement_updated': {
      const before = entitlementOf(state, entry.data)
      const metadata = metadataAfter(entry.data, entry.seq, note, before.metadata)
      return { ...before, ...entry.data.terms, metadata, version }
    }
    case 'entitlement_revoked':
      return { ...entitlementOf(state, entry.data), revokedAt: entry.effectiveAt, version }
    case 'entitlement_suspended':
      return { ...entitlementOf(state, entry.data), suspendedAt: entry.effectiveAt, version }
    case 'entitlement_resumed':
      return { ...entitlementOf(state, entry.data), suspendedAt: null, version }
    case 'entitlement_given':
      return { ...entitlementGiven(state, entry.data, entry.recordedAt), version }
    case 'entitlement_withdrawn':
      return {
        ...entitlementOf(state, entry.data),
        withdrawn: true,
        usageStays: entry.data.usageStays,
        version,
      }
  }
}

/** A suspension or revocation by hand stays when the source gives the right anew. */
function entitlementGiven(
  state: UserState,
  { entitlementId, feature, source, terms, held }: GivenData,
  recordedAt: Instant,
): Omit<Entitlement, 'version'> {
  const before = state.entitlements.get(entitlementId) ?? {
    ...newEntitlement(entitlementId, recordedAt),
    metadata: null,
  }
  return { ...before, feature, source, ...terms, held, withdrawn: false, usageStays: false }
}

function newEntitlement(id: EntitlementId, createdAt: Instant) {
  return {
    id,
    createdAt,
    suspendedAt: null,
    revokedAt: null,
    held: false,
    withdrawn: false,
    usageStays: false,
  }
}

function entitlementOf(state: UserState, { entitlementId }: TouchedData): Entitlement {
  const entitlement = state.entitlements.get(entitlementId)
  if (entitlement === undefined) throw new Error(`No entry created ${entitlementId} before it was changed`)
  return entitlement
}

function metadataAfter(
  { metadata }: UpdatedData,
  seq: Seq,
  note: Note | null,
  before: Metadata | null,
): Metadata | null {
  switch (metadata) {
    case 'noted':
      return { seq, value: note?.metadata ?? null }
    case 'kept':
      return before
    case 'none':
      return null
  }
}
