import fc from 'fast-check'
import type { Catalog, EverybodysProduct, EverybodysTerms } from '../../../../src/domain/catalog/catalog.ts'
import type { Entitlement } from '../../../../src/domain/entitlements/entitlement.ts'
import type { Combine } from '../../../../src/domain/entitlements/feature.ts'
import { snapshotOf } from '../../../../src/domain/user/access-of-state.ts'
import type { HandCommand } from '../../../../src/domain/user/command.ts'
import { decide } from '../../../../src/domain/user/decide.ts'
import { fold } from '../../../../src/domain/user/fold.ts'
import type { Snapshot } from '../../../../src/domain/user/snapshot.ts'
import { type UserState, emptyState } from '../../../../src/domain/user/user-state.ts'
import type { Json } from '../../../../src/domain/values/json.ts'
import { aCatalog, aFeature } from '../../../support/a-catalog.ts'
import { NOON, aCreation } from '../../samples.ts'

const COMBINES: readonly Combine[] = ['latest', 'max', 'min', 'sum', 'union']

/** A boolean, a metered one, and one for each way in which values become one. */
export const KEYS = ['export', 'calls', ...COMBINES] as const

type Key = (typeof KEYS)[number]

function typeOf(key: Key) {
  return key === 'export' ? 'boolean' : key === 'calls' ? 'metered' : 'config'
}

/** Near the life of a passport, to the millisecond; often on a whole second, and often at one moment with another. */
const moment = fc.oneof(
  fc.integer({ min: -80_000, max: 760_000 }).map((ms) => NOON + ms),
  fc.integer({ min: -80, max: 760 }).map((seconds) => NOON + seconds * 1000),
  fc.integer({ min: 0, max: 8 }).map((place) => NOON + place * 90_250),
)
const maybe = fc.option(moment, { freq: 2 })

const numbers = fc.integer({ min: 0, max: 3 })
const anyValue: fc.Arbitrary<Json> = fc.oneof(numbers, fc.constantFrom('unlimited', null, { max: 5 }))

function valueOf(key: Key): fc.Arbitrary<Json | undefined> {
  if (typeOf(key) !== 'config') return fc.constant(undefined)
  if (key === 'union') return fc.array(fc.constantFrom('eu', 'us', 'asia'), { maxLength: 2 })
  return key === 'latest' ? anyValue : numbers
}

const source = fc.constantFrom(
  { provider: 'api', product: null },
  { provider: 'api', product: 'plan' },
  { provider: 'stripe', product: 'pro' },
)

const grant = fc.constantFrom(...KEYS).chain((feature) =>
  fc.record({
    type: fc.constant('grant' as const),
    feature: fc.constant(feature),
    value: valueOf(feature),
    source,
    startsAt: maybe,
    endsAt: maybe,
    graceEndsAt: fc.option(moment, { freq: 1 }),
    trial: fc.boolean(),
    priority: fc.integer({ min: 0, max: 1 }),
  }),
)

const stop = fc.record({
  type: fc.constantFrom('revoke', 'suspend', 'resume', 'hold', 'withdraw'),
  place: fc.nat({ max: 9 }),
})

const history = fc.array(fc.oneof({ weight: 4, arbitrary: grant }, { weight: 1, arbitrary: stop }), {
  minLength: 1,
  maxLength: 14,
})

const product = fc.record({
  percent: fc.constantFrom(0, 50, 100),
  features: fc.uniqueArray(
    fc
      .constantFrom(...KEYS)
      .chain((feature) =>
        fc.record({ feature: fc.constant(feature), value: valueOf(feature), priority: numbers }),
      ),
    { maxLength: 3, selector: ({ feature }) => feature },
  ),
})

const catalog = fc
  .record({
    off: fc.subarray([...KEYS], { maxLength: 2 }),
    products: fc.array(product, { maxLength: 2 }),
  })
  .map(({ off, products }): Catalog => {
    const features = KEYS.map((key) => {
      const combine = COMBINES.find((one) => one === key) ?? 'latest'
      return aFeature({ key, type: typeOf(key), combine, enabled: !off.includes(key) })
    })
    const everyone = products.map(({ percent, features: terms }, place): EverybodysProduct => {
      const id = `free-${place}`
      const of = terms.map(({ feature, value, priority }): EverybodysTerms => {
        return {
          entitlementId: `ent_${id}_${feature}`,
          feature,
          priority,
          allowance: allowanceOf(feature, value),
        }
      })
      return { id, share: { percent, seed: id }, features: of }
    })
    return aCatalog(features, everyone, 9)
  })

function allowanceOf(key: Key, value: Json | undefined): EverybodysTerms['allowance'] {
  const combine = COMBINES.find((one) => one === key) ?? 'latest'
  switch (typeOf(key)) {
    case 'boolean':
      return { type: 'boolean' }
    case 'metered':
      return { type: 'metered', amount: 5, overage: 'deny', reset: null, period: null }
    case 'config':
      return { type: 'config', value: value ?? null, ...(combine === 'latest' ? {} : { combine }) }
  }
}

type Act = typeof history extends fc.Arbitrary<(infer One)[]> ? One : never

/** What a user's ledger says of them after a history, at noon, beside a catalog. */
export interface Told {
  readonly snapshot: Snapshot
  readonly catalog: Catalog
  /** What time alone turns, of one feature. */
  readonly edgesOf: (feature: string) => readonly number[]
}

export const told: fc.Arbitrary<Told> = fc
  .record({ acts: history, catalog })
  .map(({ acts, catalog: known }) => {
    const state = acts.reduce<UserState>((before, act) => afterAct(before, act, known), emptyState('ada'))
    const all = [...state.entitlements.values()]
    return {
      snapshot: JSON.parse(JSON.stringify(snapshotOf(state, NOON))) as Snapshot,
      catalog: known,
      edgesOf: (feature) => all.filter((one) => one.feature === feature).flatMap(edgesIn),
    }
  })

function edgesIn({ startsAt, endsAt, graceEndsAt }: Entitlement): readonly number[] {
  return [startsAt, endsAt, graceEndsAt].filter((at) => at !== null)
}

/** What is refused changes nothing. */
function afterAct(state: UserState, act: Act, { features }: Catalog): UserState {
  const entitlementId = `ent_${'place' in act ? act.place : state.entitlements.size}`
  if (act.type === 'hold' || act.type === 'withdraw') {
    const known = state.entitlements.get(entitlementId)
    if (known === undefined) return state
    const stopped = { ...known, ...(act.type === 'hold' ? { held: true } : { withdrawn: true }) }
    return { ...state, entitlements: new Map(state.entitlements).set(entitlementId, stopped) }
  }
  const command = commandOf(act, entitlementId)
  const decision = decide(state, command, features, NOON)
  if (!decision.ok || decision.value === null) return state
  const at = { recordedAt: NOON, effectiveAt: NOON }
  const cause = { kind: 'api', ref: 'r' } as const
  const entry = { ...decision.value, userId: 'ada', seq: state.version + 1, commandId: 'c', cause, ...at }
  return fold(state, entry, null)
}

function commandOf(act: Act, entitlementId: string): HandCommand {
  if (!('feature' in act)) return { type: `${act.type}_entitlement`, entitlementId } as HandCommand
  const { type: _type, source: from, value, ...terms } = act
  const amount = terms.feature === 'calls' ? 5 : undefined
  return aCreation({
    ...terms,
    entitlementId,
    value,
    amount,
    source: { ...from, account: '', ref: entitlementId },
  })
}
