import type { Usage } from '../../domain/usage/lot.ts'
import type { Take } from '../../domain/usage/take.ts'
import type { ConsumedData, EverybodysEntry, LapsedLease } from '../../domain/usage/usage-change.ts'
import type { Change, Entry } from '../../domain/user/entry.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import { instantOrNull, iso, isoOrNull } from './bytes/stored-instant.ts'
import { type StoredTerms, termsFromJson, termsToJson } from './bytes/stored-terms.ts'

/**
 * The stored form of an entry: canonical JSON with instants in ISO 8601, so that history can be read and
 * its hashes recomputed by anyone. What has been stored once is read for ever: `v` names the form.
 */
export function entryToBytes(entry: Entry, noteHash: string | null): string {
  const { userId, seq, type, commandId, cause, recordedAt, effectiveAt } = entry
  const isForm2 = 'rules' in entry.data && entry.data.rules !== 1
  return canonicalJson({
    v: isForm2 ? 2 : 1,
    userId,
    seq,
    type,
    commandId,
    cause: { kind: cause.kind, ref: cause.ref },
    recordedAt: iso(recordedAt),
    effectiveAt: iso(effectiveAt),
    data: isForm2 ? dataToJson(entry) : withoutRules(dataToJson(entry)),
    noteHash,
  })
}

/** Since form 2 these name the rules by which facts are absorbed, and record the facts instead of the register. */
const FORM_2: readonly string[] = [
  'source_settled',
  'source_released',
  'entitlement_given',
  'entitlement_withdrawn',
]

/** A stored entry and the hash of its note. Only for bytes whose own hash was found right. */
export function bytesToEntry(bytes: string): { entry: Entry; noteHash: string | null } {
  const stored: StoredEntry = JSON.parse(bytes)
  if (stored.v !== 1 && stored.v !== 2) throw new Error(`Cannot read an entry of form ${String(stored.v)}`)
  const { noteHash, v: form, data, ...rest } = stored
  const entry = {
    ...rest,
    recordedAt: Date.parse(stored.recordedAt),
    effectiveAt: Date.parse(stored.effectiveAt),
    data: {
      ...(form === 1 && FORM_2.includes(stored.type) ? { rules: 1 } : {}),
      ...dataFromJson(stored.type, data),
    },
  }
  return { entry: entry as Entry, noteHash }
}

interface StoredEntry {
  readonly v: number
  readonly type: string
  readonly recordedAt: string
  readonly effectiveAt: string
  readonly noteHash: string | null
  readonly data: StoredData
}

interface StoredData {
  readonly terms?: StoredTerms
  readonly takes?: readonly StoredTake[]
  readonly returns?: readonly StoredTake[]
  readonly endsAt?: string
  readonly takenAt?: string
  readonly leases?: readonly (Omit<LapsedLease, 'lapsedAt'> & { readonly lapsedAt: string })[]
  readonly spent?: StoredUsage
  readonly everyone?: readonly StoredEverybodysEntry[]
}

type StoredEverybodysEntry = Omit<EverybodysEntry, 'terms'> & { readonly terms: StoredTerms }

type StoredUsage = Omit<Usage, 'period' | 'name' | 'others'> & {
  readonly period: string | null
  readonly name: string | null
  readonly others?: Usage['others']
}

type StoredTake = Omit<Take, 'period'> & { readonly period: string | null }

/** Entries of form 1 name no rules. */
function withoutRules(data: object): object {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== 'rules'))
}

function dataToJson(change: Change): object {
  switch (change.type) {
    case 'entitlement_created': {
      const { entitlementId, feature, source, terms, metadata } = change.data
      return { entitlementId, feature, source, terms: termsToJson(terms), metadata }
    }
    case 'entitlement_updated': {
      const { entitlementId, terms, metadata } = change.data
      return { entitlementId, terms: termsToJson(terms), metadata }
    }
    case 'entitlement_revoked':
    case 'entitlement_suspended':
    case 'entitlement_resumed':
      return { entitlementId: change.data.entitlementId }
    case 'entitlement_withdrawn':
      return {
        entitlementId: change.data.entitlementId,
        rules: change.data.rules,
        ...forgivenToJson(change.data),
        ...(change.data.usageStays ? { usageStays: true } : {}),
      }
    case 'entitlement_given': {
      const { entitlementId, feature, source, terms, held, rules } = change.data
      const forgiven = forgivenToJson(change.data)
      const spent = spentToJson(change.data)
      return { entitlementId, feature, source, terms: termsToJson(terms), held, rules, ...forgiven, ...spent }
    }
    case 'source_settled':
      // Facts are stored as they are, with their moments in milliseconds.
      return change.data
    case 'source_released':
      return { source: change.data.source, rules: change.data.rules }
    case 'usage_consumed':
    case 'reservation_committed':
      return consumedToJson(change.data)
    case 'usage_reserved':
      return { ...consumedToJson(change.data), endsAt: iso(change.data.endsAt) }
    case 'consumption_reversed': {
      const { returns, takenAt, ...rest } = change.data
      const moment = takenAt === undefined ? {} : { takenAt: iso(takenAt) }
      return { ...rest, returns: returns.map(takeToJson), ...moment }
    }
    case 'reservation_released':
      return change.data
    case 'leases_lapsed':
      return { leases: change.data.leases.map((one) => ({ ...one, lapsedAt: iso(one.lapsedAt) })) }
  }
}

/** What everybody has is left out, but where it enters the ledger. */
function consumedToJson(data: ConsumedData): object {
  const { takes, everyone, ...rest } = data
  const entering = everyone?.map((one) => ({ ...one, terms: termsToJson(one.terms) }))
  return {
    ...rest,
    takes: takes.map(takeToJson),
    ...(entering === undefined ? {} : { everyone: entering }),
  }
}

/** Left out, but of a right of which another user had spent something before it came over. */
function spentToJson({ spent }: { readonly spent: Usage | null }): object {
  if (spent === null) return {}
  const { others, ...usage } = spent
  const stored = { ...usage, period: isoOrNull(spent.period), name: isoOrNull(spent.name) }
  return { spent: others.length === 0 ? stored : { ...stored, others } }
}

/** Left out where nothing is forgiven, as of most entries. */
function forgivenToJson({ forgiven }: { readonly forgiven: number }): object {
  return forgiven === 0 ? {} : { forgiven }
}

function takeToJson(take: Take): StoredTake {
  return { ...take, period: isoOrNull(take.period) }
}

function dataFromJson(type: string, stored: StoredData): object {
  const { terms, takes, returns, endsAt, takenAt, leases, spent, everyone, ...rest } = stored
  const isOfSource = type === 'entitlement_given' || type === 'entitlement_withdrawn'
  return {
    ...(isOfSource ? { forgiven: 0 } : {}),
    ...(type === 'entitlement_withdrawn' ? { usageStays: false } : {}),
    ...(type === 'entitlement_given' ? { spent: spent === undefined ? null : usageFromJson(spent) } : {}),
    ...rest,
    ...(terms === undefined ? {} : { terms: termsFromJson(terms) }),
    ...(takes === undefined ? {} : { takes: takes.map(takeFromJson) }),
    ...(returns === undefined ? {} : { returns: returns.map(takeFromJson) }),
    ...(endsAt === undefined ? {} : { endsAt: Date.parse(endsAt) }),
    ...(takenAt === undefined ? {} : { takenAt: Date.parse(takenAt) }),
    ...(leases === undefined
      ? {}
      : { leases: leases.map((one) => ({ ...one, lapsedAt: Date.parse(one.lapsedAt) })) }),
    ...(everyone === undefined
      ? {}
      : { everyone: everyone.map((one) => ({ ...one, terms: termsFromJson(one.terms) })) }),
  }
}

function usageFromJson(stored: StoredUsage): Usage {
  const { others = [], ...usage } = stored
  return { ...usage, period: instantOrNull(stored.period), name: instantOrNull(stored.name), others }
}

function takeFromJson(take: StoredTake): Take {
  return { ...take, period: instantOrNull(take.period) }
}
