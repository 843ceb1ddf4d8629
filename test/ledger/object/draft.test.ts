import { expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { NO_EFFECT } from '../../../src/ledger/object/decisions/command-decision.ts'
import { Draft } from '../../../src/ledger/object/draft.ts'
import { aCatalog } from '../../support/a-catalog.ts'
import { NOON } from '../../domain/samples.ts'
import { POLICY } from '../../support/a-shipped-ledger.ts'

it('makes no batch of an entry whose entitlement is not in the state that follows', async () => {
  const state = emptyState('user')
  const memory = {
    state,
    hash: '0'.repeat(64),
    receipts: new Map(),
    products: new Map(),
    past: new Map(),
    catalogVersion: 0,
    standIns: new Set<string>(),
    lagging: [],
  }
  const entry: Entry = {
    type: 'entitlement_revoked',
    data: { entitlementId: 'ent_a' },
    userId: 'user',
    seq: 1,
    commandId: 'c',
    cause: { kind: 'api', ref: 'r' },
    recordedAt: NOON,
    effectiveAt: NOON,
  }
  const draft = new Draft(memory, aCatalog(), POLICY)
  await draft.add({
    ...NO_EFFECT,
    outcome: { type: 'precondition_failed', version: 0 },
    entries: [entry],
    state,
  })
  expect(() => draft.batch()).toThrow('ent_a')
})
