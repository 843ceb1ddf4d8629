import { describe, expect, it } from 'vitest'
import { hasEnded, nextChangeAt, stateOf } from '../../../src/domain/entitlements/state.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'

describe('the state of an entitlement', () => {
  it('begins at its start, on the millisecond', () => {
    const entitlement = anEntitlement({ startsAt: NOON })
    expect(stateOf(entitlement, NOON - 1)).toBe('scheduled')
    expect(stateOf(entitlement, NOON)).toBe('active')
  })

  it('ends at its end, on the millisecond', () => {
    const entitlement = anEntitlement({ endsAt: NOON })
    expect(stateOf(entitlement, NOON - 1)).toBe('active')
    expect(stateOf(entitlement, NOON)).toBe('expired')
  })

  it('is in grace from its end up to the end of the grace', () => {
    const entitlement = anEntitlement({ endsAt: NOON, graceEndsAt: NOON + HOUR })
    expect(stateOf(entitlement, NOON - 1)).toBe('active')
    expect(stateOf(entitlement, NOON)).toBe('in_grace')
    expect(stateOf(entitlement, NOON + HOUR - 1)).toBe('in_grace')
    expect(stateOf(entitlement, NOON + HOUR)).toBe('expired')
  })

  it('has always begun without a start and never ends without an end', () => {
    expect(stateOf(anEntitlement(), 0)).toBe('active')
    expect(stateOf(anEntitlement(), Number.MAX_SAFE_INTEGER)).toBe('active')
  })

  it('puts revoked before expired, expired before suspended, suspended before scheduled', () => {
    const ended = { startsAt: NOON - 2 * HOUR, endsAt: NOON - HOUR }
    const held = { suspendedAt: NOON - HOUR }
    expect(stateOf(anEntitlement({ ...ended, ...held, revokedAt: NOON }), NOON)).toBe('revoked')
    expect(stateOf(anEntitlement({ ...ended, ...held }), NOON)).toBe('expired')
    expect(stateOf(anEntitlement({ startsAt: NOON + HOUR, ...held }), NOON)).toBe('suspended')
  })
})

describe('the next change', () => {
  const entitlement = anEntitlement({ startsAt: NOON, endsAt: NOON + HOUR, graceEndsAt: NOON + 2 * HOUR })

  it('is the next of start, end and end of grace', () => {
    expect(nextChangeAt(entitlement, NOON - 1)).toBe(NOON)
    expect(nextChangeAt(entitlement, NOON)).toBe(NOON + HOUR)
    expect(nextChangeAt(entitlement, NOON + HOUR)).toBe(NOON + 2 * HOUR)
    expect(nextChangeAt(entitlement, NOON + 2 * HOUR)).toBeNull()
  })

  it('never comes by time once it was revoked', () => {
    expect(nextChangeAt({ ...entitlement, revokedAt: NOON }, NOON)).toBeNull()
  })
})

describe('having ended', () => {
  it('is being revoked or past the grace; a suspended one can come back', () => {
    expect(hasEnded(anEntitlement({ revokedAt: NOON }), NOON)).toBe(true)
    expect(hasEnded(anEntitlement({ endsAt: NOON }), NOON)).toBe(true)
    expect(hasEnded(anEntitlement({ endsAt: NOON, graceEndsAt: NOON + 1 }), NOON)).toBe(false)
    expect(hasEnded(anEntitlement({ suspendedAt: NOON }), NOON)).toBe(false)
  })
})
