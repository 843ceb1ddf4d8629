import type { Catalog } from '../../domain/catalog/catalog.ts'
import type { Access } from '../../domain/entitlements/access.ts'
import type { FeatureType } from '../../domain/entitlements/feature.ts'
import { accessBy } from '../../domain/user/access-by-catalog.ts'
import type { Snapshot } from '../../domain/user/snapshot.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Reader } from '../../edge/reader.ts'
import type { Evaluation, SnapshotReading } from '../../edge/reading.ts'
import { accessToWire, freshnessToWire } from '../wire/wire.ts'
import { featuresOf, spendersOf } from './features-of.ts'
import { type FreshnessRequest, read } from './read.ts'

interface AccessListRequest extends FreshnessRequest {
  /** Whether to list every feature of the catalog besides. */
  readonly all?: boolean | undefined
}

/** The features of which a user has something, or all that there are. Throws as a check does. */
export async function listAccess(reader: Reader, userId: UserId, asked: AccessListRequest) {
  const reading = await readAccess(reader, userId, asked)
  const features = reading.answer.map(({ feature, type, access }) => ({
    ...accessToWire(feature, access),
    ...(type === undefined ? {} : { type }),
  }))
  return { userId, features, ...freshnessToWire(reading) }
}

/** The same, with all that is known of each. */
export function readAccess(
  reader: Reader,
  userId: UserId,
  { all = false, ...freshness }: AccessListRequest,
): Promise<SnapshotReading<readonly FeatureAccess[]>> {
  return read(reader, userId, freshness, ofMany(all ? allFeatures : usableFeatures))
}

export interface FeatureAccess {
  readonly feature: FeatureKey
  /** Where the catalog knows it. */
  readonly type: FeatureType | undefined
  readonly access: Access
}

/** A list means a "no" for every feature that is not in it: so it has to be as fresh as a "no", which no list without a catalog is. */
function ofMany(listed: typeof featuresOf): Evaluation<readonly FeatureAccess[]> {
  return {
    of: ({ snapshot, catalog: copy }, now) => ({
      answer: copy === null ? [] : accessToAll(listed(snapshot, copy.catalog), snapshot, copy.catalog, now),
      kind: 'no',
      isLasting: false,
    }),
  }
}

function accessToAll(
  features: readonly FeatureKey[],
  snapshot: Snapshot,
  catalog: Catalog,
  now: Instant,
): readonly FeatureAccess[] {
  return features.map((feature) => ({
    feature,
    type: catalog.features.get(feature)?.type,
    access: accessBy(snapshot, catalog, feature, now),
  }))
}

/** Also those that spend what the user has. */
function usableFeatures(snapshot: Snapshot, catalog: Catalog): readonly FeatureKey[] {
  const own = featuresOf(snapshot, catalog)
  return [...new Set([...own, ...spendersOf(own, catalog)])]
}

function allFeatures(snapshot: Snapshot, catalog: Catalog): readonly FeatureKey[] {
  return [...new Set([...featuresOf(snapshot, catalog), ...catalog.features.keys()])]
}
