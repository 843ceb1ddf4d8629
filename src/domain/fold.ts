import type { Entitlement, Metadata } from './entitlement.ts'
import type { Entry, Note, Touched, Updated } from './entry.ts'
import type { UserState } from './user-state.ts'

/** Adds one recorded entry to the state. Never refuses: history has already happened. */
export function fold(state: UserState, entry: Entry, note: Note | null): UserState {
  const entitlement = folded(state, entry, note)
  return {
    userId: state.userId,
    version: entry.seq,
    recordedAt: entry.recordedAt,
    entitlements: new Map(state.entitlements).set(entitlement.id, entitlement),
  }
}

function folded(state: UserState, entry: Entry, note: Note | null): Entitlement {
  switch (entry.type) {
    case 'entitlement_created':
      return {
        id: entry.data.entitlementId,
        feature: entry.data.feature,
        source: entry.data.source,
        ...entry.data.terms,
        createdAt: entry.recordedAt,
        suspendedAt: null,
        revokedAt: null,
        version: entry.seq,
        metadata: metadataAfter(entry.data, entry.seq, note, null),
      }
    case 'entitlement_updated': {
      const before = touched(state, entry.data)
      const metadata = metadataAfter(entry.data, entry.seq, note, before.metadata)
      return { ...before, ...entry.data.terms, metadata, version: entry.seq }
    }
    case 'entitlement_revoked':
      return { ...touched(state, entry.data), revokedAt: entry.effectiveAt, version: entry.seq }
    case 'entitlement_suspended':
      return { ...touched(state, entry.data), suspendedAt: entry.effectiveAt, version: entry.seq }
    case 'entitlement_resumed':
      return { ...touched(state, entry.data), suspendedAt: null, version: entry.seq }
  }
}

function touched(state: UserState, { entitlementId }: Touched): Entitlement {
  const entitlement = state.entitlements.get(entitlementId)
  if (entitlement === undefined) throw new Error(`No entry created ${entitlementId} before it was changed`)
  return entitlement
}

function metadataAfter(
  { metadata }: Updated,
  seq: number,
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
