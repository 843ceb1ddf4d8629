import type { Access } from '../../domain/entitlements/access.ts'
import type { FeatureType } from '../../domain/entitlements/feature.ts'
import type { SnapshotReading } from '../../edge/reading.ts'
import { freshnessToWire, instantToWire } from '../wire/wire.ts'
import type { FeatureAccess } from './list-access.ts'

export type Flag = ReturnType<typeof flagOf>

/** The access to a feature in the words of OFREP, with what an answer tells of how fresh it is. */
export function flagOf({ feature, type, access }: FeatureAccess, reading: SnapshotReading<unknown>) {
  return {
    key: feature,
    ...resolutionOf(type, access),
    variant: access.reason,
    metadata: metadataOf(access, reading),
  }
}

/** Where a value is not allowed there is none: of a config feature nothing else says "no". */
function resolutionOf(type: FeatureType | undefined, { allowed, value }: Access) {
  if (value !== undefined) return { value: sayable(value), reason: 'TARGETING_MATCH' } as const
  if (type === 'config') return { reason: 'DISABLED' } as const
  return { value: allowed, reason: 'TARGETING_MATCH' } as const
}

/** Null and lists are no values of OFREP. */
function sayable(value: NonNullable<Access['value']> | null) {
  return value === null || Array.isArray(value) ? { value } : value
}

/** Only what OFREP lets it hold: texts, numbers, and true or false. */
function metadataOf({ balance, nextChangeAt }: Access, reading: SnapshotReading<unknown>) {
  const { catalogVersion, ...freshness } = freshnessToWire(reading)
  return {
    ...freshness,
    ...(catalogVersion === null ? {} : { catalogVersion }),
    ...(nextChangeAt === null ? {} : { nextChangeAt: instantToWire(nextChangeAt) }),
    ...(balance === undefined ? {} : { remaining: balance.remaining }),
  }
}
