import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessOf, byPrecedence } from '../../../src/domain/entitlements/access.ts'
import type { Entitlement } from '../../../src/domain/entitlements/entitlement.ts'
import { REASONS } from '../../../src/domain/entitlements/state.ts'
import { lastingAccess } from '../../../src/domain/user/lasting-access.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { lotOf } from '../../../src/domain/usage/lot.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import { HOUR, NOON, aRight, anEntitlement } from '../samples.ts'

describe('access to a feature', () => {
  it('is refused for want of any entitlement', () => {
    expect(accessOf(undefined, NOON)).toEqual({
      allowed: false,
      reason: 'no_entitlement',
      entitlements: [],
      nextChangeAt: null,
    })
  })

  it('is given by any one of several, and names all that give it', () => {
    const rights = [
      aRight({ id: 'ent_a', revokedAt: NOON - 1 }),
      aRight({ id: 'ent_b', trial: true }),
      aRight({ id: 'ent_c' }),
    ]
    expect(accessOf(rights, NOON)).toMatchObject({
      allowed: true,
      reason: 'granted',
      entitlements: ['ent_b', 'ent_c'],
    })
  })

  it.each([
    ['in_trial', { trial: true }],
    ['in_grace', { endsAt: NOON - 1, graceEndsAt: NOON + HOUR }],
    ['granted', {}],
  ] as const)('says %s when that is the strongest reason', (reason, facts) => {
    expect(accessOf([aRight(facts)], NOON)).toMatchObject({ allowed: true, reason })
  })

  it('names the nearest miss when nothing gives it', () => {
    const misses = {
      suspended: aRight({ id: 'ent_s', suspendedAt: NOON - 1 }),
      not_started: aRight({ id: 'ent_n', startsAt: NOON + 1 }),
      expired: aRight({ id: 'ent_e', endsAt: NOON - 1 }),
      revoked: aRight({ id: 'ent_r', revokedAt: NOON - 1 }),
    }
    const all = Object.entries(misses)
    all.forEach(([reason, right], index) => {
      const fartherOnes = all.slice(index).map(([, farther]) => farther)
      expect(accessOf(fartherOnes.toReversed(), NOON)).toMatchObject({ reason, entitlements: [right.id] })
    })
  })

  it('names the one that ended last of several that ended', () => {
    const rights = [aRight({ id: 'ent_a', endsAt: NOON - 2 }), aRight({ id: 'ent_b', endsAt: NOON - 1 })]
    expect(accessOf(rights, NOON)).toMatchObject({ reason: 'expired', entitlements: ['ent_b'] })
  })

  it('names the one that is held back now of several that were suspended', () => {
    const byHand = aRight({ id: 'ent_a', suspendedAt: NOON - 1 })
    const bySource = aRight({ id: 'ent_b', held: true })
    expect(accessOf([byHand, bySource], NOON)).toMatchObject({ entitlements: ['ent_b'] })
  })

  it('names the first in line of misses that are equally near', () => {
    const rights = ['ent_a', 'ent_b'].map((id) => aRight({ id, endsAt: NOON - 1 }))
    expect(accessOf(rights, NOON)).toMatchObject({ entitlements: ['ent_a'] })
  })

  it('has to be asked again when the first of its entitlements changes', () => {
    const rights = [aRight({ endsAt: NOON + 2 * HOUR }), aRight({ startsAt: NOON + HOUR })]
    expect(accessOf(rights, NOON).nextChangeAt).toBe(NOON + HOUR)
  })
})

describe('the value of a config feature', () => {
  const seats = (value: number, facts: Partial<Entitlement>) =>
    anEntitlement({ id: `ent_${value}`, allowance: { type: 'config', value }, ...facts })
  const winner = (...rights: Entitlement[]) => accessOf(rights.toSorted(byPrecedence), NOON)

  it('comes from the highest priority', () => {
    expect(winner(seats(1, { priority: 1, startsAt: NOON - 1 }), seats(2, { priority: 2 }))).toMatchObject({
      allowed: true,
      value: 2,
      entitlements: ['ent_2'],
    })
  })

  it('comes from the latest start among equal priorities', () => {
    const early = seats(1, { startsAt: NOON - 2 * HOUR, createdAt: NOON })
    expect(winner(early, seats(2, { startsAt: NOON - HOUR }), seats(3, {}))).toMatchObject({ value: 2 })
  })

  it('comes from the next in line once the first has ended', () => {
    expect(winner(seats(1, { priority: 9, endsAt: NOON }), seats(2, {}))).toMatchObject({ value: 2 })
  })

  it('comes from the same one of two that are alike, whichever is first', () => {
    const alike = [seats(1, { startsAt: NOON }), seats(2, { startsAt: NOON })] as const
    expect([winner(...alike).value, winner(...alike.toReversed()).value]).toEqual([1, 1])
  })

  it('carries the reason of the one that gives it', () => {
    expect(winner(seats(1, { priority: 9, trial: true }), seats(2, {}))).toMatchObject({ reason: 'in_trial' })
  })

  it('is not told to whom it is refused', () => {
    expect(winner(seats(1, { suspendedAt: NOON - 1 }))).not.toHaveProperty('value')
  })
})

const moment = fc.integer({ min: -5, max: 5 }).map((hours) => NOON + hours * HOUR)
const maybe = fc.option(moment)
const someEntitlements = fc
  .array(
    fc.record({
      startsAt: maybe,
      lastsHours: fc.option(fc.integer({ min: 1, max: 5 })),
      grace: fc.boolean(),
      trial: fc.boolean(),
      suspendedAt: maybe,
      revokedAt: fc.option(moment, { freq: 4 }),
      priority: fc.integer({ min: 0, max: 2 }),
      createdAt: moment,
      value: fc.option(fc.integer({ min: 1, max: 9 })),
    }),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map(({ grace, value, lastsHours, ...facts }, index) => {
      const endsAt = lastsHours === null ? null : (facts.startsAt ?? NOON - 3 * HOUR) + lastsHours * HOUR
      return anEntitlement({
        ...facts,
        endsAt,
        id: `ent_${index}`,
        feature: value === null ? 'export' : 'seats',
        allowance: value === null ? { type: 'boolean' } : { type: 'config', value },
        graceEndsAt: grace && endsAt !== null ? endsAt + HOUR : null,
      })
    }),
  )

describe('a snapshot', () => {
  const stateWith = (entitlements: readonly Entitlement[]) => ({
    userId: 'u',
    version: 1,
    recordedAt: NOON,
    sources: new Map(),
    usage: new Map(),
    reservations: new Map(),
    holdings: new Map(),
    windows: new Map(),
    entitlements: new Map(entitlements.map((entitlement) => [entitlement.id, entitlement])),
  })

  it('answers, then and at any later moment, what all entitlements together would answer', () => {
    fc.assert(
      fc.property(
        someEntitlements,
        moment,
        fc.integer({ min: 0, max: 9 }),
        (entitlements, takenAt, hours) => {
          const snapshot = snapshotOf(stateWith(entitlements), takenAt)
          const at = takenAt + hours * HOUR
          for (const feature of ['export', 'seats']) {
            const all = entitlements
              .filter((entitlement) => entitlement.feature === feature)
              .toSorted(byPrecedence)
            const { allowed, reason, value, nextChangeAt } = accessOf(all, at)
            expect(accessFrom(snapshot, feature, at)).toMatchObject({
              allowed,
              reason,
              nextChangeAt,
              ...(value === undefined ? {} : { value }),
            })
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is the same whatever the order of the entitlements', () => {
    fc.assert(
      fc.property(someEntitlements, moment, (entitlements, takenAt) => {
        const turned = snapshotOf(stateWith(entitlements.toReversed()), takenAt)
        const straight = snapshotOf(stateWith(entitlements), takenAt)
        for (const feature of ['export', 'seats']) {
          expect(accessFrom(turned, feature, takenAt)).toEqual(accessFrom(straight, feature, takenAt))
        }
      }),
    )
  })

  it('changes no answer before its nextChangeAt', () => {
    fc.assert(
      fc.property(someEntitlements, moment, (entitlements, at) => {
        const snapshot = snapshotOf(stateWith(entitlements), at)
        for (const feature of ['export', 'seats']) {
          const before = accessFrom(snapshot, feature, at)
          const last = (before.nextChangeAt ?? at + 100 * HOUR) - 1
          const { entitlements: named, ...answer } = accessFrom(snapshot, feature, Math.max(at, last))
          expect(answer).toEqual({ ...before, entitlements: undefined })
          if (before.allowed) expect(named).toEqual(before.entitlements)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('holds what is live or to come, and of what has ended only the nearest', () => {
    const ended = [1, 2, 3].map((ago) => anEntitlement({ id: `ent_${ago}`, endsAt: NOON - ago }))
    const rights = [...ended, anEntitlement({ id: 'ent_now' }), anEntitlement({ startsAt: NOON + 1 })]
    const held = snapshotOf(stateWith(rights), NOON).features['export'] ?? []
    expect(held.map(({ id }) => id).toSorted()).toEqual(['ent_1', 'ent_a', 'ent_now'])
  })

  it('knows nothing of features that are named like parts of an object', () => {
    const snapshot = snapshotOf(stateWith([]), NOON)
    for (const feature of ['constructor', 'tostring', '__proto__']) {
      expect(accessFrom(snapshot, feature, NOON).reason).toBe('no_entitlement')
    }
  })
})

describe('the reasons', () => {
  const NOBODY = snapshotOf(emptyState('u'), NOON)
  const SWITCHED_OFF = aFeature({ key: 'export', type: 'boolean', enabled: false })

  /** Why there is access to what was all spent. */
  function reasonWhenSpent(overage: 'deny' | 'allow') {
    const allowance = { type: 'metered', amount: 1, overage, reset: null, period: null } as const
    const spent = { period: null, name: null, carried: 0, used: 1, forgiven: 0, others: [] }
    const lot = lotOf(anEntitlement({ allowance }), spent, [])
    return lastingAccess(lot === null ? [] : [lot], NOON).reason
  }

  it('are all reached', () => {
    const reached = new Set([
      accessOf([], NOON).reason,
      ...[
        {},
        { trial: true },
        { endsAt: NOON, graceEndsAt: NOON + 1 },
        { suspendedAt: NOON },
        { startsAt: NOON + 1 },
        { endsAt: NOON },
        { revokedAt: NOON },
      ].map((facts) => accessOf([aRight(facts)], NOON).reason),
      reasonWhenSpent('deny'),
      reasonWhenSpent('allow'),
      accessBy(NOBODY, aCatalog(), 'export', NOON).reason,
      accessBy(NOBODY, aCatalog([SWITCHED_OFF]), 'export', NOON).reason,
    ])
    expect([...reached].toSorted()).toEqual(REASONS.toSorted())
  })
})

describe('of rights that differ in nothing but their start', () => {
  const bought = { provider: 'stripe', account: '', ref: 'sub_1', product: 'pro' }
  const winner = (...rights: readonly Partial<Entitlement>[]) =>
    rights
      .map((facts, index) => anEntitlement({ id: `ent_${index}`, ...facts }))
      .toSorted(byPrecedence)
      .map(({ id }) => id)[0]

  it('the latest wins, and what was given by hand without a start started when it was given', () => {
    expect(winner({ startsAt: NOON - HOUR }, { startsAt: null, createdAt: NOON })).toBe('ent_1')
    expect(winner({ startsAt: NOON }, { startsAt: null, createdAt: NOON - HOUR })).toBe('ent_0')
    expect(winner({ startsAt: NOON - HOUR, createdAt: NOON }, { startsAt: NOON })).toBe('ent_1')
  })

  it('a purchase without a start comes last: when it was told says nothing', () => {
    const told = { source: bought, startsAt: null, createdAt: NOON }
    expect(winner(told, { startsAt: NOON - 100 * HOUR })).toBe('ent_1')
  })
})

describe('a snapshot', () => {
  const keptOf = (...ended: readonly Partial<Entitlement>[]) => {
    const entitlements = ended.map((facts, index) => anEntitlement({ id: `ent_${index}`, ...facts }))
    const state = { ...emptyState('u'), entitlements: new Map(entitlements.map((one) => [one.id, one])) }
    return snapshotOf(state, NOON).features['export']?.map(({ id }) => id)
  }

  it('keeps of all that ended the one that ended last, and one that ran out before one that was revoked', () => {
    expect(keptOf({ endsAt: NOON - 2 }, { endsAt: NOON - 1 }, { endsAt: NOON - 3 })).toEqual(['ent_1'])
    expect(keptOf({ revokedAt: NOON - 2 }, { revokedAt: NOON - 1 })).toEqual(['ent_1'])
    expect(keptOf({ revokedAt: NOON - 1 }, { endsAt: NOON - 5 })).toEqual(['ent_1'])
    expect(keptOf({ endsAt: NOON - 1, revokedAt: NOON - 9 }, { revokedAt: NOON - 5 })).toEqual(['ent_1'])
  })

  it('lists rights in the order in which they win, and no feature of which nothing is left', () => {
    expect(keptOf({ priority: 1 }, { priority: 3 }, { priority: 2 })).toEqual(['ent_1', 'ent_2', 'ent_0'])
    expect(keptOf({ withdrawn: true })).toBeUndefined()
  })
})
