import { expect } from 'vitest'
import type { Fact, SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import type { ProductOf } from '../../../src/domain/purchases/products/product.ts'
import { EMPTY_REGISTER, type Register } from '../../../src/domain/purchases/register/register.ts'
import { CURRENT_RULES, absorbFacts } from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { orderedText } from '../../../src/domain/values/json.ts'
import type { Envelope, Provider, EventReading } from '../../../src/checkout/provider/provider.ts'
import type { Delivery, Scenario } from '../scenario.ts'

/** What a delivery says. A provider whose envelope needs no waiting, which is all of them here. */
export function readingOf(provider: Provider, { body, headers, reread }: Delivery): EventReading {
  return provider.read(body, envelopeOf(provider, { body, ...(headers && { headers }) }), reread ?? null)
}

export function envelopeOf(provider: Provider, { body, headers }: Delivery): Envelope {
  const envelope = provider.envelopeOf(body, new Headers(headers))
  if (envelope instanceof Promise) throw new Error('Cannot wait for an envelope')
  return envelope
}

interface Source {
  readonly ref: string
  register: Register
  customer: string | null
}

/** Which user has which registers: the routing of facts, in memory and for one account. */
export class Arrivals {
  private waiting: readonly Fact[] = []
  private readonly sources = new Set<Source>()
  private readonly sourceById = new Map<string, Source>()
  private readonly userByCustomer = new Map<string, string>()
  private readonly userByRef = new Map<string, string>()
  private readonly successors = new Map<string, string>()

  deliver(facts: readonly Fact[]): void {
    this.waiting = [...this.waiting, ...facts]
    for (;;) {
      const before = this.waiting
      this.waiting = before.filter((fact) => !this.settle(fact))
      if (this.waiting.length === before.length) return
    }
  }

  /** All registers and whose they are, in an order that does not depend on how they came to be. */
  ending(): readonly { userId: string | undefined; ref: string; register: Register }[] {
    return [...this.sources]
      .map((source) => ({ userId: this.userOf(source), ref: source.ref, register: source.register }))
      .toSorted((a, b) => (a.ref < b.ref ? -1 : 1))
  }

  waitingCount(): number {
    return this.waiting.length
  }

  features(scenario: Scenario, policy: Policy, at: number): readonly string[] {
    const given = [...this.sources]
      .filter((source) => this.userOf(source) === scenario.expected.userId)
      .flatMap(({ register }) => gives(register, productsOf(scenario), policy).given)
      .filter(({ held, terms: { startsAt, endsAt, graceEndsAt } }) => {
        const end = graceEndsAt ?? endsAt
        return !held && (startsAt === null || startsAt <= at) && (end === null || at < end)
      })
    return [...new Set(given.map(({ feature }) => feature))].toSorted()
  }

  private settle(fact: Fact): boolean {
    switch (fact.type) {
      case 'link':
        if (fact.userId === null) return true
        if (fact.customer !== null) first(this.userByCustomer, fact.customer, fact.userId)
        for (const ref of fact.refs) first(this.userByRef, ref, fact.userId)
        return true
      case 'transfer':
        for (const from of fact.from) this.successors.set(from, fact.to)
        return true
      case 'subscription':
      case 'purchase': {
        const ids = [fact.ref, ...fact.aliases]
        const source = this.find(ids) ?? this.claim(fact.ref, fact.customer)
        return source !== undefined && this.absorb(source, ids, fact)
      }
      case 'payment':
      case 'reversal':
      case 'hold': {
        const source = this.find(fact.of)
        return source !== undefined && this.absorb(source, fact.of, fact)
      }
    }
  }

  private find(ids: readonly string[]): Source | undefined {
    return ids.map((id) => this.sourceById.get(id)).find((source) => source !== undefined)
  }

  private claim(ref: string, customer: string | null): Source | undefined {
    const source: Source = { ref, register: EMPTY_REGISTER, customer }
    if (this.userOf(source) === undefined) return undefined
    this.sources.add(source)
    return source
  }

  private absorb(source: Source, ids: readonly string[], fact: SourceFact): true {
    for (const id of ids) first(this.sourceById, id, source)
    source.register = absorbFacts(source.register, [registerFact(fact)], CURRENT_RULES)
    return true
  }

  private userOf({ customer, ref }: Source): string | undefined {
    const named = this.userByRef.get(ref)
    if (customer === null || (named !== undefined && !this.successors.has(customer))) return named
    return this.userByCustomer.get(this.successors.get(customer) ?? customer)
  }
}

/** What the catalog of a scenario gives for its references. */
export function productsOf({ catalog }: Scenario): ProductOf {
  return (reference) => {
    const features = catalog[reference]?.map((feature) => ({ feature, type: 'boolean' }) as const)
    return features && { id: reference, features }
  }
}

/** Every event twice in every order: at once, and again at the end in the opposite order. */
export function deliveriesOf(
  provider: Provider,
  { events }: Scenario,
): readonly (readonly (readonly Fact[])[])[] {
  const readings = events.map((event) => readingOf(provider, event).facts)
  return permutations(readings).flatMap((order) => [
    order.flatMap((facts) => [facts, facts]),
    [...order, ...order.toReversed()],
  ])
}

/** How it ends after each of them. */
export function endingsOf(provider: Provider, scenario: Scenario): readonly Arrivals[] {
  return deliveriesOf(provider, scenario).map((deliveries) => {
    const arrivals = new Arrivals()
    for (const facts of deliveries) arrivals.deliver(facts)
    return arrivals
  })
}

function permutations<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length === 0) return [[]]
  return values.flatMap((value, i) => permutations(values.toSpliced(i, 1)).map((rest) => [value, ...rest]))
}

function first<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) map.set(key, value)
}

/** All endings are one, nothing waits, and it gives what the scenario expects, whatever the grace. */
export function expectConvergence(provider: Provider, scenario: Scenario): void {
  const endings = endingsOf(provider, scenario)
  const [one] = endings
  if (one === undefined) throw new Error('There are no endings')
  expect(new Set(endings.map((arrivals) => orderedText(arrivals.ending())))).toHaveLength(1)
  expect(endings.filter((arrivals) => arrivals.waitingCount() > 0)).toEqual([])
  for (const graceMs of [0, 14 * 86_400_000]) {
    const policy = {
      graceMs,
      partialRefund: 'keep',
      spentRefund: 'floor_at_zero',
      amounts: 'on_active',
    } as const
    const access = scenario.expected.access.map(({ at }) => ({
      at,
      features: one.features(scenario, policy, Date.parse(at)),
    }))
    expect(access).toEqual(scenario.expected.access)
  }
}
