import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HandCommand as Command } from '../../../src/domain/user/command.ts'
import { decide } from '../../../src/domain/user/decide.ts'
import { LIVE_ENTITLEMENTS_MAX } from '../../../src/domain/user/capacity.ts'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import { HOUR, NOON, aCreation, anEntitlement } from '../samples.ts'

const { features } = aCatalog([
  aFeature({ key: 'export', type: 'boolean' }),
  aFeature({ key: 'seats', type: 'config' }),
  aFeature({ key: 'calls', type: 'metered' }),
  aFeature({ key: 'retired', type: 'boolean', archived: true }),
])

/** The state after some commands, each of which has to be accepted. */
function given(...commands: readonly Command[]): UserState {
  return commands.reduce(record, emptyState('u'))
}

function record(state: UserState, command: Command): UserState {
  const decision = decide(state, command, features, NOON)
  if (!decision.ok) throw new Error(`Refused: ${decision.error.code}`)
  if (decision.value === null) return state
  const entry: Entry = {
    ...decision.value,
    userId: state.userId,
    seq: state.version + 1,
    commandId: 'c',
    cause: { kind: 'api', ref: 'r' },
    recordedAt: NOON,
    effectiveAt: NOON,
  }
  const metadata = 'metadata' in command ? command.metadata : undefined
  return fold(state, entry, metadata ? { metadata } : null)
}

function refusalOf(state: UserState, command: Command): string | null {
  const decision = decide(state, command, features, NOON)
  return decision.ok ? null : decision.error.code
}

const revoke = { type: 'revoke_entitlement', entitlementId: 'ent_a' } as const
const suspend = { type: 'suspend_entitlement', entitlementId: 'ent_a' } as const
const resume = { type: 'resume_entitlement', entitlementId: 'ent_a' } as const
const update = (changes: object) => ({ type: 'update_entitlement', entitlementId: 'ent_a', changes }) as const

describe('creating an entitlement', () => {
  it('records it with its terms', () => {
    const state = given(aCreation({ endsAt: NOON + HOUR, trial: true, metadata: { plan: 'pro' } }))
    expect(state.entitlements.get('ent_a')).toEqual(
      anEntitlement({
        endsAt: NOON + HOUR,
        trial: true,
        createdAt: NOON,
        metadata: { seq: 1, value: { plan: 'pro' } },
      }),
    )
  })

  it('is refused for a source that has given the feature before, even if that was revoked', () => {
    expect(refusalOf(given(aCreation()), aCreation())).toBe('entitlement_exists')
    expect(refusalOf(given(aCreation(), revoke), aCreation())).toBe('entitlement_exists')
  })

  it('is refused for a feature that the catalog does not have, or has archived', () => {
    expect(refusalOf(given(), aCreation({ feature: 'nope' }))).toBe('feature_unknown')
    expect(refusalOf(given(), aCreation({ feature: 'retired' }))).toBe('feature_archived')
  })

  it('needs a value for a config feature and takes none for a boolean one', () => {
    expect(refusalOf(given(), aCreation({ feature: 'seats' }))).toBe('value_missing')
    expect(refusalOf(given(), aCreation({ value: 5 }))).toBe('value_not_allowed')
    expect(refusalOf(given(), aCreation({ feature: 'seats', value: null }))).toBeNull()
  })

  it.each([
    ['an end before the start', { startsAt: NOON, endsAt: NOON - 1 }],
    ['an end at the start', { startsAt: NOON, endsAt: NOON }],
    ['a grace without an end', { graceEndsAt: NOON }],
    ['a grace that ends with the end', { endsAt: NOON, graceEndsAt: NOON }],
  ])('is refused with %s', (_name, period) => {
    expect(refusalOf(given(), aCreation(period))).toBe('period_impossible')
  })

  it('is refused beyond a thousand that are live or to come, of which those that ended do not count', () => {
    const many = (facts: object) =>
      new Map(
        Array.from({ length: LIVE_ENTITLEMENTS_MAX }, (_, index) => {
          const id = `ent_${index}`
          return [id, anEntitlement({ id, ...facts })]
        }),
      )
    expect(refusalOf({ ...given(), entitlements: many({}) }, aCreation())).toBe('too_many_entitlements')
    expect(refusalOf({ ...given(), entitlements: many({ endsAt: NOON }) }, aCreation())).toBeNull()
  })
})

describe('lots that are spent', () => {
  const allowance = { type: 'metered', amount: 1, overage: 'deny', reset: null, period: null } as const
  const usage = { period: null, name: null, carried: 0, used: 1, forgiven: 0, others: [], version: 1 }
  const ids = Array.from({ length: LIVE_ENTITLEMENTS_MAX }, (_, index) => `ent_${index}`)
  const lots = ids.map((id) => [id, anEntitlement({ id, feature: 'calls', allowance })] as const)
  const state = { ...emptyState('u'), entitlements: new Map(lots) }
  const spent = { ...state, usage: new Map(ids.map((id) => [id, usage])) }

  it('take none of the room for a thousand, but with something left or held', () => {
    const creation = aCreation({ feature: 'calls', amount: 1 })
    expect(refusalOf(state, creation)).toBe('too_many_entitlements')
    expect(refusalOf(spent, creation)).toBeNull()
    const takes = [{ entitlementId: 'ent_0', period: null, amount: 1 }]
    const held = { seq: 1, feature: 'calls', amount: 1, takes, overage: 0, endsAt: NOON + HOUR }
    const almost = new Map(spent.usage).set('ent_0', { ...usage, used: 0 })
    for (const busy of [
      { ...spent, usage: almost },
      { ...spent, usage: almost, reservations: new Map([[1, held]]) },
    ]) {
      const one = record(busy, aCreation({ entitlementId: 'ent_more', feature: 'calls', amount: 1 }))
      const full = Array.from({ length: LIVE_ENTITLEMENTS_MAX - 2 }, (_, index) =>
        anEntitlement({ id: `ent_full_${index}` }),
      )
      const entitlements = new Map([...one.entitlements, ...full.map((other) => [other.id, other] as const)])
      expect(refusalOf({ ...one, entitlements }, aCreation({ entitlementId: 'ent_last' }))).toBe(
        'too_many_entitlements',
      )
    }
  })

  it('take room again when they are given more', () => {
    const others = ids.map((id) => anEntitlement({ id: `${id}_live` }))
    const entitlements = new Map([...spent.entitlements, ...others.map((one) => [one.id, one] as const)])
    const more: Command = { type: 'update_entitlement', entitlementId: 'ent_0', changes: { amount: 2 } }
    expect(refusalOf({ ...spent, entitlements }, more)).toBe('too_many_entitlements')
    expect(refusalOf(spent, more)).toBeNull()
  })
})

describe('updating an entitlement', () => {
  it('changes what is named and keeps the rest', () => {
    const before = given(aCreation({ endsAt: NOON + HOUR, priority: 3, metadata: { plan: 'pro' } }))
    const after = record(before, update({ endsAt: NOON + 2 * HOUR }))
    expect(after.entitlements.get('ent_a')).toEqual({
      ...before.entitlements.get('ent_a'),
      endsAt: NOON + 2 * HOUR,
      version: 2,
    })
  })

  it('records nothing when nothing changes, so that a retry raises no version', () => {
    const state = given(aCreation({ feature: 'seats', value: { max: 5 }, endsAt: NOON + HOUR }))
    const same = update({ endsAt: NOON + HOUR, value: { max: 5 }, trial: false, metadata: null })
    expect(decide(state, same, features, NOON)).toEqual({ ok: true, value: null })
  })

  it('finds the same value the same whatever the order of its keys', () => {
    const state = given(aCreation({ feature: 'seats', value: { max: 5, min: { a: 1, b: 2 } } }))
    const same = update({ value: { min: { b: 2, a: 1 }, max: 5 } })
    expect(decide(state, same, features, NOON)).toEqual({ ok: true, value: null })
  })

  it('cannot bring one back beyond the thousand that may be live', () => {
    const ended = anEntitlement({ endsAt: NOON })
    const live = Array.from({ length: LIVE_ENTITLEMENTS_MAX }, (_, index) =>
      anEntitlement({ id: `ent_${index}` }),
    )
    const entitlements = new Map([...live, ended].map((entitlement) => [entitlement.id, entitlement]))
    expect(refusalOf({ ...given(), entitlements }, update({ endsAt: null }))).toBe('too_many_entitlements')
    expect(refusalOf({ ...given(), entitlements }, update({ trial: true }))).toBeNull()
  })

  it('forgets metadata that is set to null', () => {
    const state = record(given(aCreation({ metadata: { plan: 'pro' } })), update({ metadata: null }))
    expect(state.entitlements.get('ent_a')?.metadata).toBeNull()
  })

  it('is refused for an impossible period, counted with what stays', () => {
    expect(refusalOf(given(aCreation({ startsAt: NOON })), update({ endsAt: NOON - 1 }))).toBe(
      'period_impossible',
    )
  })

  it('is refused for what was bought, because the purchase would undo it', () => {
    const source = { provider: 'stripe', account: '', ref: 'sub_1', product: 'pro' }
    expect(refusalOf(given(aCreation({ source })), update({ trial: true }))).toBe('managed_by_source')
  })

  it('is refused once it was revoked', () => {
    expect(refusalOf(given(aCreation(), revoke), update({ trial: true }))).toBe('entitlement_revoked')
  })
})

describe('revoking, suspending and resuming', () => {
  it('record nothing the second time, because callers retry', () => {
    expect(decide(given(aCreation(), revoke), revoke, features, NOON)).toEqual({ ok: true, value: null })
    expect(decide(given(aCreation(), suspend), suspend, features, NOON)).toEqual({ ok: true, value: null })
    expect(decide(given(aCreation()), resume, features, NOON)).toEqual({ ok: true, value: null })
  })

  it('take access away and give it back', () => {
    const suspended = given(aCreation(), suspend)
    expect(suspended.entitlements.get('ent_a')?.suspendedAt).toBe(NOON)
    expect(record(suspended, resume).entitlements.get('ent_a')?.suspendedAt).toBeNull()
  })

  it('are possible for what was bought', () => {
    const bought = aCreation({ source: { provider: 'stripe', account: '', ref: 'sub_1', product: 'pro' } })
    expect(given(bought, suspend, resume, revoke).version).toBe(4)
  })

  it('are refused for what is not there', () => {
    for (const command of [revoke, suspend, resume, update({ trial: true })]) {
      expect(refusalOf(given(), command)).toBe('entitlement_not_found')
    }
  })

  it('cannot bring back what was revoked', () => {
    const state = given(aCreation(), suspend, revoke)
    expect(refusalOf(state, resume)).toBe('entitlement_revoked')
    expect(refusalOf(state, suspend)).toBe('entitlement_revoked')
  })
})

describe('any history of commands', () => {
  const id = fc.constantFrom('ent_a', 'ent_b')
  const anyCommand: fc.Arbitrary<Command> = fc.oneof(
    id.map((entitlementId) =>
      aCreation({
        entitlementId,
        source: { provider: 'api', account: '', ref: entitlementId, product: null },
      }),
    ),
    id.map((entitlementId) => ({ ...revoke, entitlementId })),
    id.map((entitlementId) => ({ ...suspend, entitlementId })),
    id.map((entitlementId) => ({ ...resume, entitlementId })),
    fc.tuple(id, fc.boolean()).map(([entitlementId, trial]) => ({ ...update({ trial }), entitlementId })),
  )

  it('moves the version by one for each entry and by nothing for a refusal or a repetition', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        let state = emptyState('u')
        for (const command of commands) {
          const decision = decide(state, command, features, NOON)
          const moves = decision.ok && decision.value !== null
          const after = decision.ok ? record(state, command) : state
          expect(after.version).toBe(state.version + (moves ? 1 : 0))
          if (decision.ok) expect(decide(after, command, features, NOON)).toEqual(repeated(command))
          state = after
        }
      }),
    )
  })

  function repeated(command: Command) {
    if (command.type !== 'create_entitlement') return { ok: true, value: null }
    return { ok: false, error: { code: 'entitlement_exists', entitlementId: command.entitlementId } }
  }
})

describe('what a feature cannot take', () => {
  const reset = { interval: 'day', count: 1, anchor: null, rollover: null }

  it('is refused by name: an amount or a reset for what is not counted, none for what is', () => {
    expect(refusalOf(given(), aCreation({ amount: 5 }))).toBe('amount_not_allowed')
    expect(refusalOf(given(), { ...aCreation(), reset } as never)).toBe('amount_not_allowed')
    expect(refusalOf(given(), aCreation({ feature: 'calls' }))).toBe('amount_missing')
  })

  it('is refused for a change as well', () => {
    expect(refusalOf(given(aCreation()), update({ value: 5 }))).toBe('value_not_allowed')
    expect(refusalOf(given(aCreation()), update({ amount: 5 }))).toBe('amount_not_allowed')
  })
})

describe('metadata of an update', () => {
  it('is noted when some is given', () => {
    const decision = decide(given(aCreation()), update({ metadata: { plan: 'pro' } }), features, NOON)
    expect(decision).toMatchObject({ value: { data: { metadata: 'noted' } } })
  })
})
