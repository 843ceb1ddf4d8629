import type { Access } from '../../domain/entitlements/access.ts'
import { accessFrom } from '../../domain/user/snapshot.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import type { Evaluation, Reader } from '../../edge/reader.ts'
import { accessToWire, freshnessToWire } from '../wire/wire.ts'
import { type FreshnessRequest, read } from './read.ts'

/** Every feature of which something is recorded for the user. Throws `version_unknown` or `ledger_unavailable`. */
export async function listAccess(reader: Reader, userId: UserId, freshness: FreshnessRequest) {
  const reading = await read(reader, userId, freshness, ofAllFeatures)
  const features = reading.answer.map(({ feature, access }) => accessToWire(feature, access))
  return { userId, features, ...freshnessToWire(reading) }
}

/** A list means a "no" for every feature that is not in it: so it has to be as fresh as a "no". */
const ofAllFeatures: Evaluation<readonly { feature: FeatureKey; access: Access }[]> = (snapshot, now) => ({
  answer: Object.keys(snapshot.features).map((feature) => ({
    feature,
    access: accessFrom(snapshot, feature, now),
  })),
  kind: 'no',
  isLasting: false,
})
