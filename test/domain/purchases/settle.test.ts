import { describe, expect, it } from 'vitest'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES } from '../../../src/domain/purchases/register/rules.ts'
import {
  type IdentifiedRight,
  releasingChanges,
  settlingChanges,
} from '../../../src/domain/user/settling/settling-changes.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { NOON, anEntitlement } from '../samples.ts'
import { aPurchase, registerOf } from './facts.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'

const SOURCE = { provider: 'stripe', account: '', ref: 'order' }
const REGISTER = registerOf(aPurchase())
const CIRCUMSTANCES = { now: NOON, spent: 'floor_at_zero' } as const
const { allowance, startsAt, endsAt, graceEndsAt, trial, priority } = anEntitlement()
const terms = { allowance, startsAt, endsAt, graceEndsAt, trial, priority }
const GIVEN: IdentifiedRight = {
  entitlementId: 'ent_a',
  item: 'item',
  feature: 'export',
  product: 'pro',
  terms,
  periodKeys: [null],
  held: false,
  isReduced: false,
}
const FACTS = [registerFact(aPurchase())]

/** What is known after these facts, of which nothing was taken back. */
const after = (given: readonly IdentifiedRight[], facts = FACTS, register = REGISTER) => {
  return { facts, register, given, takenBack: new Set<string>() }
}

/** A user to whom the source gives one entitlement, and who has another by hand. */
function owning(): UserState {
  const bought = anEntitlement({ source: { ...SOURCE, product: 'pro' } })
  const byHand = anEntitlement({ id: 'ent_b' })
  return {
    ...emptyState('u'),
    version: 2,
    sources: new Map([[sourceKeyText(SOURCE), { source: SOURCE, register: REGISTER, version: 1 }]]),
    entitlements: new Map([bought, byHand].map((one) => [one.id, one])),
  }
}

describe('settling a source', () => {
  it('records nothing of one of which nothing is known and nothing was told', () => {
    expect(settlingChanges(emptyState('u'), SOURCE, after([], [], EMPTY_REGISTER), CIRCUMSTANCES)).toEqual([])
  })

  it('records what was told of it and what it gives, by the rules of today', () => {
    const changes = settlingChanges(emptyState('u'), SOURCE, after([GIVEN]), CIRCUMSTANCES)
    expect(changes).toMatchObject([
      { type: 'source_settled', data: { source: SOURCE, rules: CURRENT_RULES, facts: FACTS } },
      { type: 'entitlement_given', data: { rules: CURRENT_RULES, forgiven: 0, spent: null } },
    ])
  })

  it('records nothing of what tells nothing new', () => {
    const [, change] = settlingChanges(emptyState('u'), SOURCE, after([GIVEN]), CIRCUMSTANCES)
    const place = { userId: 'u', seq: 3, commandId: 'c', cause: { kind: 'checkout', ref: 'e' } }
    if (change === undefined) throw new Error('Nothing was given')
    const state = fold(owning(), { ...change, ...place, recordedAt: NOON, effectiveAt: NOON }, null)
    expect(settlingChanges(state, SOURCE, after([GIVEN]), CIRCUMSTANCES)).toEqual([])
  })

  it('withdraws what it no longer gives: what was used of it stays used, unless it was given back', () => {
    const lot = anEntitlement({
      allowance: { type: 'metered', amount: 5, overage: 'deny', reset: null, period: null },
      source: { ...SOURCE, product: 'pro' },
    })
    const state = { ...owning(), entitlements: new Map([[lot.id, lot]]) }
    const withdrawn = (takenBack: ReadonlySet<string>) =>
      settlingChanges(state, SOURCE, { ...after([]), takenBack }, CIRCUMSTANCES).at(-1)
    expect(withdrawn(new Set())).toMatchObject({ type: 'entitlement_withdrawn', data: { usageStays: true } })
    expect(withdrawn(new Set([lot.id]))).toMatchObject({ data: { usageStays: false } })
  })
})

describe('releasing a source', () => {
  it('withdraws all that it gave and nothing else', () => {
    expect(releasingChanges(owning(), SOURCE, NOON)).toEqual([
      {
        type: 'entitlement_withdrawn',
        data: { entitlementId: 'ent_a', rules: CURRENT_RULES, forgiven: 0, usageStays: false },
      },
      { type: 'source_released', data: { source: SOURCE, rules: CURRENT_RULES } },
    ])
  })

  it('records nothing of one of which nothing is known', () => {
    expect(releasingChanges(owning(), { ...SOURCE, ref: 'other' }, NOON)).toEqual([])
  })
})
