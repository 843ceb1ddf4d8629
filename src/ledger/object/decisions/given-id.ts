import type { SourceKey } from '../../../domain/purchases/register/source-key.ts'
import type { EntitlementId, FeatureKey } from '../../../domain/values/ids.ts'
import { sha256 } from '../../../platform/sha256.ts'

/** The id of what one item of a source gives of one feature: the same for ever, whoever it belongs to. */
export async function givenId(
  { provider, account, ref }: SourceKey,
  item: string,
  feature: FeatureKey,
): Promise<EntitlementId> {
  const name = JSON.stringify([provider, account, ref, item, feature])
  return `ent_${(await sha256(`entitlement-ledger/v4/given\n${name}`)).slice(0, 32)}`
}
