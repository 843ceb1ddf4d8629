import type { SourceKey } from '../command.ts'
import { type Entitlement, type Source, termsOf } from '../entitlement.ts'
import type { Change } from '../entry.ts'
import { orderedText } from '../json.ts'
import type { Instant } from '../instant.ts'
import { type TakingBack, forgivenAfter } from '../usage/forgiven.ts'
import type { Usage } from '../usage/lot.ts'
import { lotIn } from '../usage/user-lots.ts'
import { type UserState, sourceId } from '../user-state.ts'
import type { Given } from './gives.ts'
import { EMPTY_REGISTER, type Register } from './register.ts'

/** What a source gives, with the id that its entitlement has for ever. */
export interface Named extends Given {
  readonly entitlementId: string
}

/** Under what a source is settled besides what is known of it. */
interface Circumstances extends TakingBack {
  /** What another user had spent of it, from whom it comes over. */
  readonly spentBefore: ReadonlyMap<string, Usage>
}

/** What has to be recorded so that a source is known by this register and gives this, and nothing else. */
export function settled(
  state: UserState,
  source: SourceKey,
  register: Register,
  gives: readonly Named[],
  circumstances: Circumstances,
): readonly Change[] {
  const known = state.sources.get(sourceId(source))
  if (known === undefined && orderedText(register) === orderedText(EMPTY_REGISTER)) return []
  const isNews = known === undefined || orderedText(known.register) !== orderedText(register)
  const ids = new Set(gives.map(({ entitlementId }) => entitlementId))
  return [
    ...(isNews ? [{ type: 'source_settled', data: { source, register } } as const] : []),
    ...gives.flatMap((given) => giving(state, source, given, circumstances)),
    ...withdrawing(state, source, (id) => !ids.has(id), circumstances),
  ]
}

/** What has to be recorded so that nothing of a source is left. */
export function released(state: UserState, source: SourceKey, now: Instant): readonly Change[] {
  if (!state.sources.has(sourceId(source))) return []
  const takingBack = { now, spent: 'floor_at_zero' } as const
  return [
    ...withdrawing(state, source, () => true, takingBack),
    { type: 'source_released', data: { source } },
  ]
}

function giving(
  state: UserState,
  key: SourceKey,
  given: Named,
  circumstances: Circumstances,
): readonly Change[] {
  const { entitlementId, feature, product, terms, held } = given
  const before = state.entitlements.get(entitlementId)
  const source: Source = { ...key, product }
  if (
    before !== undefined &&
    !before.withdrawn &&
    orderedText(givenOf(before)) === orderedText({ feature, source, terms, held })
  ) {
    return []
  }
  const forgiven =
    before === undefined ? 0 : forgivenAfter(lotIn(state, before), terms.allowance, circumstances)
  const spent = circumstances.spentBefore.get(entitlementId) ?? null
  return [
    { type: 'entitlement_given', data: { entitlementId, feature, source, terms, held, forgiven, spent } },
  ]
}

function givenOf(entitlement: Entitlement) {
  const { feature, source, held } = entitlement
  return { feature, source, terms: termsOf(entitlement), held }
}

function withdrawing(
  state: UserState,
  key: SourceKey,
  isGone: (id: string) => boolean,
  takingBack: TakingBack,
): readonly Change[] {
  return [...state.entitlements.values()]
    .filter(({ id, source, withdrawn }) => !withdrawn && isOf(source, key) && isGone(id))
    .map((entitlement) => {
      const forgiven = forgivenAfter(lotIn(state, entitlement), null, takingBack)
      return { type: 'entitlement_withdrawn', data: { entitlementId: entitlement.id, forgiven } }
    })
}

function isOf(source: Source, { provider, account, ref }: SourceKey): boolean {
  return source.provider === provider && source.account === account && source.ref === ref
}
