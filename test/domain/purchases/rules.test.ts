import { describe, expect, it } from 'vitest'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import {
  CURRENT_RULES,
  RULES,
  type Rules,
  absorbFacts,
} from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import type { Change, Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { entryHash, genesisHash } from '../../../src/ledger/store/chain.ts'
import { bytesToEntry, entryToBytes } from '../../../src/ledger/store/entry-bytes.ts'
import { shippedHistories } from '../../support/shipped.ts'
import { NOON } from '../samples.ts'
import { aHold, aPurchase, anItem } from './facts.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'

const SOURCE = { provider: 'stripe', account: '', ref: 'order' }

/** Rules 3 of a version to come, which forgets what is held. */
const TO_COME: Rules = new Map([
  ...RULES,
  [
    CURRENT_RULES + 1,
    (register, fact) => (fact.type === 'hold' ? register : absorbFacts(register, [fact], CURRENT_RULES)),
  ],
])

function entryOf(seq: number, change: Change): Entry {
  const place = { userId: 'u', seq, commandId: 'c', cause: { kind: 'checkout', ref: 'e' } }
  return { ...change, ...place, recordedAt: NOON, effectiveAt: NOON }
}

const settledBy = (seq: number, rules: number, facts: readonly ReturnType<typeof registerFact>[]) =>
  entryOf(seq, { type: 'source_settled', data: { source: SOURCE, rules, facts } })

/** A chain over three versions: the first recorded the register itself, the others the facts that came. */
const CHAIN: readonly Entry[] = [
  entryOf(1, {
    type: 'source_settled',
    data: {
      source: SOURCE,
      rules: 1,
      register: {
        subscription: null,
        lines: { item: { ...anItem(), version: { at: 1, rank: 0 }, startsAt: null, endsAt: null } },
      },
    },
  }),
  settledBy(2, CURRENT_RULES, [registerFact(aHold(true, { reason: 'by rules 2' }))]),
  settledBy(3, CURRENT_RULES + 1, [
    registerFact(aHold(true, { reason: 'by rules 3' })),
    registerFact(aPurchase({ id: 'second' })),
  ]),
]

describe('a later change of the rules', () => {
  it('folds old entries by the rules that they name, and new ones by the new', () => {
    const state = CHAIN.reduce((before, entry) => fold(before, entry, null, TO_COME), emptyState('u'))
    const register = state.sources.get(sourceKeyText(SOURCE))?.register
    expect(Object.keys(register?.lines ?? {}).toSorted()).toEqual(['item', 'second'])
    expect(Object.keys(register?.holds ?? {})).toEqual(['by rules 2'])
  })

  it('leaves the chain as it is: what is read and written again has the same hashes', async () => {
    let [stored, again] = [await genesisHash('u'), await genesisHash('u')]
    for (const entry of CHAIN) {
      const bytes = entryToBytes(entry, null)
      stored = await entryHash(stored, bytes)
      again = await entryHash(again, entryToBytes(bytesToEntry(bytes).entry, null))
    }
    expect(again).toBe(stored)
  })

  it('is refused where nobody knows its number, and never guessed', () => {
    expect(() => absorbFacts(EMPTY_REGISTER, [registerFact(aHold(true))], CURRENT_RULES + 1)).toThrow(
      'rules 3',
    )
    expect(() => fold(emptyState('u'), settledBy(1, 9, [registerFact(aHold(true))]), null)).toThrow('rules 9')
  })
})

describe('the bytes of an entry', () => {
  it('name form 1 where the register was recorded, and form 2 where its facts were', () => {
    const forms = CHAIN.map((entry) => (JSON.parse(entryToBytes(entry, null)) as { v: number }).v)
    expect(forms).toEqual([1, 2, 2])
  })

  it('are the same when they are read and written again, form 2', () => {
    const spent = { period: NOON, name: NOON, carried: 0, used: 3, forgiven: 1, others: [] }
    const terms = {
      allowance: { type: 'metered', amount: 5, overage: 'deny', reset: null, period: NOON },
      startsAt: NOON,
      endsAt: null,
      graceEndsAt: null,
      trial: false,
      priority: 0,
    } as const
    const given = {
      entitlementId: 'ent_a',
      feature: 'calls',
      source: { ...SOURCE, product: 'pro' },
      terms,
      held: false,
      rules: 2,
      forgiven: 0,
      spent,
    }
    const before = { name: NOON - 1, given: 10, used: 4, forgiven: 0 }
    const changes: readonly Change[] = [
      { type: 'entitlement_given', data: given },
      { type: 'entitlement_given', data: { ...given, spent: { ...spent, others: [before] } } },
      { type: 'entitlement_given', data: { ...given, spent: null, forgiven: 2 } },
      {
        type: 'entitlement_withdrawn',
        data: { entitlementId: 'ent_a', rules: 2, forgiven: 0, usageStays: true },
      },
    ]
    for (const change of changes) {
      const entry = entryOf(1, change)
      expect(bytesToEntry(entryToBytes(entry, null)).entry).toEqual(entry)
    }
  })

  it('are the same when they are read and written again, form 1, of all that version 4.0 recorded', () => {
    for (const { entries } of shippedHistories) {
      for (const { bytes } of entries) {
        const { entry, noteHash } = bytesToEntry(bytes)
        expect(entryToBytes(entry, noteHash)).toBe(bytes)
      }
    }
  })
})
