import { describe, expect, it } from 'vitest'
import { termsOf } from '../../../src/domain/entitlements/entitlement.ts'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES } from '../../../src/domain/purchases/register/rules.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { NOON, anEntitlement } from '../samples.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'

const entitlement = anEntitlement()
const { id: entitlementId, feature, source } = entitlement
const terms = termsOf(entitlement)

const created: Entry = {
  type: 'entitlement_created',
  data: { entitlementId, feature, source, terms, metadata: 'noted' },
  userId: 'u',
  seq: 1,
  commandId: 'c',
  cause: { kind: 'api', ref: 'r' },
  recordedAt: NOON,
  effectiveAt: NOON,
}

describe('folding an entry whose note', () => {
  it.each([
    ['was erased', null, null],
    ['says nothing of metadata', { actor: 'a' }, null],
    ['holds metadata', { metadata: { plan: 'pro' } }, { plan: 'pro' }],
  ])('%s still says where the metadata lay', (_what, note, value) => {
    const { entitlements } = fold(emptyState('u'), created, note)
    expect(entitlements.get(entitlementId)?.metadata).toStrictEqual({ seq: 1, value })
  })
})

describe('folding an entry about what no entry created', () => {
  it('fails, because the history has a hole', () => {
    const revoked: Entry = { ...created, type: 'entitlement_revoked', data: { entitlementId } }
    expect(() => fold(emptyState('u'), revoked, null)).toThrow('No entry created ent_a')
  })
})

describe('a source that is released', () => {
  it('is forgotten, and no other one', () => {
    const known = (ref: string) => ({
      source: { provider: 'stripe', account: '', ref },
      register: EMPTY_REGISTER,
      version: 1,
    })
    const sources = new Map(['sub_1', 'sub_2'].map((ref) => [sourceKeyText(known(ref).source), known(ref)]))
    const released: Entry = {
      ...created,
      type: 'source_released',
      data: { source: known('sub_1').source, rules: CURRENT_RULES },
      seq: 2,
    }
    const after = fold({ ...emptyState('u'), version: 1, sources }, released, null)
    expect([...after.sources.values()].map(({ source: { ref } }) => ref)).toEqual(['sub_2'])
    expect(after.version).toBe(2)
  })
})
