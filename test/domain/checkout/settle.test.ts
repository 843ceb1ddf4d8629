import { describe, expect, it } from 'vitest'
import { EMPTY_REGISTER } from '../../../src/domain/checkout/register.ts'
import { type Named, released, settled } from '../../../src/domain/checkout/settle.ts'
import { type UserState, emptyState, sourceId } from '../../../src/domain/user-state.ts'
import { NOON, anEntitlement } from '../samples.ts'
import { aPurchase, registerOf } from './facts.ts'

const SOURCE = { provider: 'stripe', account: '', ref: 'order' }
const REGISTER = registerOf(aPurchase())
const CIRCUMSTANCES = { now: NOON, spent: 'floor_at_zero', spentBefore: new Map() } as const
const { allowance, startsAt, endsAt, graceEndsAt, trial, priority } = anEntitlement()
const terms = { allowance, startsAt, endsAt, graceEndsAt, trial, priority }
const GIVEN: Named = {
  entitlementId: 'ent_a',
  item: 'item',
  feature: 'export',
  product: 'pro',
  terms,
  held: false,
}

/** A user to whom the source gives one entitlement, and who has another by hand. */
function owning(): UserState {
  const bought = anEntitlement({ source: { ...SOURCE, product: 'pro' } })
  const byHand = anEntitlement({ id: 'ent_b' })
  return {
    ...emptyState('u'),
    version: 2,
    sources: new Map([[sourceId(SOURCE), { source: SOURCE, register: REGISTER, version: 1 }]]),
    entitlements: new Map([bought, byHand].map((one) => [one.id, one])),
  }
}

describe('settling a source', () => {
  it('records nothing of one of which nothing is known and nothing was told', () => {
    expect(settled(emptyState('u'), SOURCE, EMPTY_REGISTER, [], CIRCUMSTANCES)).toEqual([])
  })

  it('records what is known of it and what it gives', () => {
    const changes = settled(emptyState('u'), SOURCE, REGISTER, [GIVEN], CIRCUMSTANCES)
    expect(changes.map(({ type }) => type)).toEqual(['source_settled', 'entitlement_given'])
    expect(changes.at(-1)).toMatchObject({ data: { forgiven: 0, spent: null } })
  })

  it('says what another user had spent of what comes over', () => {
    const usage = { period: null, name: null, carried: 0, used: 3, forgiven: 0 }
    const spentBefore = new Map([['ent_a', usage]])
    const changes = settled(emptyState('u'), SOURCE, REGISTER, [GIVEN], { ...CIRCUMSTANCES, spentBefore })
    expect(changes.at(-1)).toMatchObject({ data: { entitlementId: 'ent_a', spent: usage } })
  })
})

describe('releasing a source', () => {
  it('withdraws all that it gave and nothing else', () => {
    expect(released(owning(), SOURCE, NOON)).toEqual([
      { type: 'entitlement_withdrawn', data: { entitlementId: 'ent_a', forgiven: 0 } },
      { type: 'source_released', data: { source: SOURCE } },
    ])
  })

  it('records nothing of one of which nothing is known', () => {
    expect(released(owning(), { ...SOURCE, ref: 'other' }, NOON)).toEqual([])
  })
})
