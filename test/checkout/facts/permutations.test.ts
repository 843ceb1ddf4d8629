import { describe, expect, it } from 'vitest'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import { releasingChanges, settlingChanges } from '../../../src/domain/user/settling/settling-changes.ts'
import type { Change } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { orderedText } from '../../../src/domain/values/json.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { allScenarios } from '../all-scenarios.ts'
import { Arrivals, deliveriesOf, productsOf } from '../providers/arrivals.ts'
import type { Scenario } from '../scenario.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'

/** Nothing is spent here, so that no moment matters. */
const NOW = Date.UTC(2030, 0, 1)
const POLICY = {
  graceMs: 7 * 86_400_000,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

/** The ledgers of all users, brought up to date after each delivery as their objects would. */
class Ledgers {
  readonly states = new Map<string, UserState>()
  readonly #scenario: Scenario

  constructor(scenario: Scenario) {
    this.#scenario = scenario
  }

  follow(arrivals: Arrivals): void {
    const ending = arrivals.ending()
    for (const [userId, state] of this.states) {
      for (const { source } of state.sources.values()) {
        const isTheirs = ending.some((known) => known.userId === userId && known.ref === source.ref)
        if (!isTheirs) this.#record(userId, releasingChanges(state, source, NOW))
      }
    }
    for (const { userId, ref, register } of ending) {
      if (userId === undefined) continue
      const source = { provider: this.#scenario.provider, account: '', ref }
      const { given } = gives(register, productsOf(this.#scenario), POLICY)
      const named = given.map((one) => ({
        ...one,
        entitlementId: `${sourceKeyText(source)} ${one.item} ${one.feature}`,
      }))
      const state = this.#stateOf(userId)
      const known = { type: 'known', register } as const
      const after = { facts: [known], register, given: named, takenBack: new Set<string>() }
      const circumstances = { now: NOW, spent: POLICY.spentRefund }
      this.#record(userId, settlingChanges(state, source, after, circumstances))
    }
  }

  #stateOf(userId: string): UserState {
    return this.states.get(userId) ?? emptyState(userId)
  }

  #record(userId: string, changes: readonly Change[]): void {
    for (const change of changes) {
      const state = this.#stateOf(userId)
      const place = { userId, seq: state.version + 1, commandId: 'c', cause: { kind: 'checkout', ref: 'e' } }
      const at: number = state.version
      const entry = { ...change, ...place, recordedAt: at, effectiveAt: at }
      this.states.set(userId, fold(state, entry, null))
    }
  }
}

/** What must not depend on the order of arrival: registers, what is given, and what may be used when. */
function essenceOf(scenario: Scenario, { states }: Ledgers): string {
  const features = [...new Set(Object.values(scenario.catalog).flat())].toSorted()
  const probes = probesOf(scenario)
  const users = [...states.values()]
    .filter(({ sources }) => sources.size > 0) // of whom it went over to another nothing is left
    .toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
  return orderedText(
    users.map((state) => ({
      userId: state.userId,
      registers: [...state.sources]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { register }]) => [id, register]),
      live: [...state.entitlements.values()]
        .filter(({ withdrawn }) => !withdrawn)
        .map(({ version: _version, createdAt: _createdAt, ...entitlement }) => entitlement)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      access: probes.map((at) => features.map((feature) => accessFrom(snapshotOf(state, at), feature, at))),
    })),
  )
}

/** At least five moments: those that the story names, and some around them. */
function probesOf({ expected }: Scenario): readonly number[] {
  const named = expected.access.map(({ at }) => Date.parse(at))
  return named.flatMap((at) => [-12, 0, 12, 72, 960].map((hours) => at + hours * 3_600_000))
}

function usableBy(scenario: Scenario, { states }: Ledgers) {
  const state = states.get(scenario.expected.userId) ?? emptyState(scenario.expected.userId)
  const features = [...new Set(Object.values(scenario.catalog).flat())].toSorted()
  return scenario.expected.access.map(({ at: iso }) => {
    const at = Date.parse(iso)
    const snapshot = snapshotOf(state, at)
    return { at: iso, features: features.filter((feature) => accessFrom(snapshot, feature, at).allowed) }
  })
}

/** Six events come in 720 orders, each of them twice over. */
const PATIENCE_MS = 60_000

describe('whatever the order in which a purchase is told, and however often', () => {
  it('is held up by at least thirty stories of all providers, each looked at at five moments', () => {
    const scenarios = allScenarios.flatMap(([, ofProvider]) => [...ofProvider])
    expect(scenarios.length).toBeGreaterThanOrEqual(30)
    expect(scenarios.filter(({ events }) => events.length < 3 || events.length > 6)).toEqual([])
    expect(scenarios.filter((scenario) => probesOf(scenario).length < 5)).toEqual([])
  })

  for (const [provider, scenarios] of allScenarios) {
    it.each(scenarios.map((scenario) => [`${scenario.provider}: ${scenario.name}`, scenario] as const))(
      'ends in the same: %s',
      (_name, scenario) => {
        const essences = new Set<string>()
        for (const deliveries of deliveriesOf(provider, scenario)) {
          const arrivals = new Arrivals()
          const ledgers = new Ledgers(scenario)
          for (const facts of deliveries) {
            arrivals.deliver(facts)
            ledgers.follow(arrivals)
          }
          if (essences.size === 0) expect(usableBy(scenario, ledgers)).toEqual(scenario.expected.access)
          essences.add(essenceOf(scenario, ledgers))
          expect(arrivals.waitingCount()).toBe(0)
        }
        expect(essences.size).toBe(1)
      },
      PATIENCE_MS,
    )
  }
})
