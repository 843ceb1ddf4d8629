import type { Change, Entry } from '../domain/entry.ts'
import type { Terms } from '../domain/entitlement.ts'
import type { Json } from '../domain/json.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * The stored form of an entry: canonical JSON with instants in ISO 8601, so that history can be read and
 * its hashes recomputed by anyone. What has been stored once is read for ever: `v` names the form.
 */
export function entryToBytes(entry: Entry, noteHash: string | null): string {
  const { userId, seq, type, commandId, cause, recordedAt, effectiveAt } = entry
  return canonicalJson({
    v: 1,
    userId,
    seq,
    type,
    commandId,
    cause: { kind: cause.kind, ref: cause.ref },
    recordedAt: iso(recordedAt),
    effectiveAt: iso(effectiveAt),
    data: dataToJson(entry),
    noteHash,
  })
}

/** A stored entry and the hash of its note. Only for bytes whose own hash was found right. */
export function bytesToEntry(bytes: string): { entry: Entry; noteHash: string | null } {
  const stored: StoredEntry = JSON.parse(bytes)
  if (stored.v !== 1) throw new Error(`Cannot read an entry of form ${String(stored.v)}`)
  const { noteHash, v: _form, data, ...rest } = stored
  const entry = {
    ...rest,
    recordedAt: Date.parse(stored.recordedAt),
    effectiveAt: Date.parse(stored.effectiveAt),
    data: 'terms' in data ? { ...data, terms: termsFromJson(data.terms) } : data,
  }
  return { entry: entry as Entry, noteHash }
}

interface StoredEntry {
  readonly v: number
  readonly recordedAt: string
  readonly effectiveAt: string
  readonly noteHash: string | null
  readonly data: { readonly terms: StoredTerms } | object
}

type StoredTerms = Omit<Terms, 'startsAt' | 'endsAt' | 'graceEndsAt'> & {
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly graceEndsAt: string | null
}

function dataToJson(change: Change): Json {
  switch (change.type) {
    case 'entitlement_created': {
      const { entitlementId, feature, source, terms, metadata } = change.data
      return { entitlementId, feature, source: { ...source }, terms: termsToJson(terms), metadata }
    }
    case 'entitlement_updated': {
      const { entitlementId, terms, metadata } = change.data
      return { entitlementId, terms: termsToJson(terms), metadata }
    }
    case 'entitlement_revoked':
    case 'entitlement_suspended':
    case 'entitlement_resumed':
    case 'entitlement_withdrawn':
      return { entitlementId: change.data.entitlementId }
    case 'entitlement_given': {
      const { entitlementId, feature, source, terms, held } = change.data
      return { entitlementId, feature, source: { ...source }, terms: termsToJson(terms), held }
    }
    case 'source_settled': {
      // The register is our own: its moments stay milliseconds.
      const { source, register } = change.data
      return { source: { ...source }, register: JSON.parse(JSON.stringify(register)) as Json }
    }
    case 'source_released':
      return { source: { ...change.data.source } }
  }
}

function termsToJson({ allowance, startsAt, endsAt, graceEndsAt, trial, priority }: Terms): Json {
  return {
    allowance: { ...allowance },
    startsAt: isoOrNull(startsAt),
    endsAt: isoOrNull(endsAt),
    graceEndsAt: isoOrNull(graceEndsAt),
    trial,
    priority,
  }
}

function termsFromJson({ startsAt, endsAt, graceEndsAt, ...rest }: StoredTerms): Terms {
  return {
    ...rest,
    startsAt: instantOrNull(startsAt),
    endsAt: instantOrNull(endsAt),
    graceEndsAt: instantOrNull(graceEndsAt),
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : iso(instant)
}

function instantOrNull(text: string | null): number | null {
  return text === null ? null : Date.parse(text)
}
