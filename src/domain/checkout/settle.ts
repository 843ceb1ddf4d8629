import type { SourceKey } from '../command.ts'
import type { Entitlement, Source } from '../entitlement.ts'
import type { Change } from '../entry.ts'
import { orderedText } from '../json.ts'
import { type UserState, sourceId } from '../user-state.ts'
import type { Given } from './gives.ts'
import { EMPTY_REGISTER, type Register } from './register.ts'

/** What a source gives, with the id that its entitlement has for ever. */
export interface Named extends Given {
  readonly entitlementId: string
}

/** What has to be recorded so that a source is known by this register and gives this, and nothing else. */
export function settled(
  state: UserState,
  source: SourceKey,
  register: Register,
  gives: readonly Named[],
): readonly Change[] {
  const known = state.sources.get(sourceId(source))
  if (known === undefined && orderedText(register) === orderedText(EMPTY_REGISTER)) return []
  const isNews = known === undefined || orderedText(known.register) !== orderedText(register)
  const ids = new Set(gives.map(({ entitlementId }) => entitlementId))
  return [
    ...(isNews ? [{ type: 'source_settled', data: { source, register } } as const] : []),
    ...gives.flatMap((given) => giving(state.entitlements.get(given.entitlementId), source, given)),
    ...withdrawing(state, source, (id) => !ids.has(id)),
  ]
}

/** What has to be recorded so that nothing of a source is left. */
export function released(state: UserState, source: SourceKey): readonly Change[] {
  if (!state.sources.has(sourceId(source))) return []
  return [...withdrawing(state, source, () => true), { type: 'source_released', data: { source } }]
}

function giving(before: Entitlement | undefined, key: SourceKey, given: Named): readonly Change[] {
  const { entitlementId, feature, product, terms, held } = given
  const source: Source = { ...key, product }
  if (
    before !== undefined &&
    !before.withdrawn &&
    orderedText(givenOf(before)) === orderedText({ feature, source, terms, held })
  ) {
    return []
  }
  return [{ type: 'entitlement_given', data: { entitlementId, feature, source, terms, held } }]
}

function givenOf({ feature, source, held, ...rest }: Entitlement) {
  const { allowance, startsAt, endsAt, graceEndsAt, trial, priority } = rest
  const terms = { allowance, startsAt, endsAt, graceEndsAt, trial, priority }
  return { feature, source, terms, held }
}

function withdrawing(
  { entitlements }: UserState,
  key: SourceKey,
  isGone: (id: string) => boolean,
): readonly Change[] {
  return [...entitlements.values()]
    .filter(({ id, source, withdrawn }) => !withdrawn && isOf(source, key) && isGone(id))
    .map(({ id }) => ({ type: 'entitlement_withdrawn', data: { entitlementId: id } }))
}

function isOf(source: Source, { provider, account, ref }: SourceKey): boolean {
  return source.provider === provider && source.account === account && source.ref === ref
}
