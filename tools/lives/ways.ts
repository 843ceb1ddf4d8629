import type { Access } from '../../src/domain/entitlements/access.ts'
import type { PlanCommand } from '../../src/domain/purchases/plans/plan-command.ts'
import type { Delivery } from '../../test/checkout/scenario.ts'
import type { Burst } from './bursts.ts'
import { CALLS, FEATURES, type FeatureKey } from './catalog.ts'
import { chanceOf, shuffled } from './chance.ts'
import { DAY, type Moment } from './life.ts'

/** A promise that was broken. */
export interface Violation {
  /** `more` than was paid for, `less`, another end in another `order`, or it `threw`. */
  readonly kind: 'more' | 'less' | 'order' | 'threw'
  readonly what: string
  /** How it was told, and what was told last. */
  readonly way: string
  readonly after: readonly string[]
  readonly at: Moment
}

/** Who is told what happened. */
export interface Listening {
  tell(delivery: Delivery, at: Moment): Promise<void>
  /** What the shop asks of a plan by hand. */
  ask(command: PlanCommand, at: Moment): Promise<void>
  spend(feature: string, amount: number, at: Moment): Promise<void>
  access(feature: string, at: Moment): Access
  /** How much of what was told is still of no use. */
  readonly waitingCount: number
}

/** Who knows what may be used, from what happened alone. */
export interface Knowing<H> {
  live(happening: H): void
  may(feature: FeatureKey, at: Moment): boolean
  /** How much may be spent at least. */
  remaining(at: Moment): number
  /** How much may be spent at most, where it is not told of what a part was spent. */
  remainingAtMost(at: Moment): number
  spend(amount: number, at: Moment): void
  /** The moments at which time alone changes something. */
  turns(): readonly Moment[]
}

/** What is told, to whom, and who knows better. */
export interface Through<H> {
  readonly bursts: readonly Burst<H>[]
  readonly seed: number
  /** Whether it is the same of what a part is spent: of lines that go one by one it is not. */
  readonly isOnePool: boolean
  readonly listening: () => Listening
  readonly knowing: () => Knowing<H>
}

interface Named {
  readonly type: string
}

/** In all ways, or in order and in one other that chance chooses. */
export type Ways = 'all' | 'two'

/** Tells what happened in several ways, and says the first promise that was broken. */
export async function inWays<H extends Named>(through: Through<H>, ways: Ways): Promise<Violation | null> {
  const inOrder = await unspent(through)
  if (inOrder.violation !== null) return inOrder.violation
  const others = [
    () => spending(through),
    () => spendingShuffled(through),
    ...(through.isOnePool ? [() => spendingSome(through)] : []),
    () => anyOrder(through, inOrder.ledger),
  ]
  const chosen = Math.floor(chanceOf(through.seed + 3)() * others.length)
  for (const way of ways === 'all' ? others : others.slice(chosen, chosen + 1)) {
    const violation = await way()
    if (violation !== null) return violation
  }
  return null
}

/** In order, and nothing is spent: what is there is what was paid for. */
async function unspent<H extends Named>(
  through: Through<H>,
): Promise<{ ledger: Listening; violation: Violation | null }> {
  const ledger = through.listening()
  const oracle = through.knowing()
  const way = 'in order, nothing spent'
  for (const burst of through.bursts) {
    const violation = await caught(way, burst, async () => {
      for (const { told, happening } of burst.steps) {
        for (const { delivery, at } of told) await ledger.tell(delivery, at)
        oracle.live(happening)
      }
      return differing(ledger, oracle, burst, way)
    })
    if (violation !== null) return { ledger, violation }
  }
  return { ledger, violation: null }
}

/** In order, and everything is spent as soon as it is there. */
async function spending<H extends Named>(through: Through<H>): Promise<Violation | null> {
  const ledger = through.listening()
  const oracle = through.knowing()
  const way = 'in order, all spent after each event'
  const sums = { ledger: 0, oracle: 0 }
  for (const burst of through.bursts) {
    const violation = await caught(way, burst, async () => {
      for (const { told, happening, endsAt } of burst.steps) {
        for (const { delivery, at } of told) {
          await ledger.tell(delivery, at)
          sums.ledger += await spendAll(ledger, at)
        }
        oracle.live(happening)
        sums.oracle += spendAllKnown(oracle, endsAt)
      }
      return differingSums(sums, burst, way) ?? differing(ledger, oracle, burst, way)
    })
    if (violation !== null) return violation
  }
  return null
}

/** What is told within the same minutes arrives in any order, some of it twice, and everything is spent after it. */
async function spendingShuffled<H extends Named>(through: Through<H>): Promise<Violation | null> {
  const ledger = through.listening()
  const oracle = through.knowing()
  const way = 'shuffled and repeated within minutes, all spent after that'
  const chance = chanceOf(through.seed)
  const sums = { ledger: 0, oracle: 0 }
  for (const burst of through.bursts) {
    const violation = await caught(way, burst, async () => {
      const told = burst.steps.flatMap((step) => step.told)
      for (const { delivery } of shuffled([...told, ...told.filter(() => chance() < 0.5)], chance))
        await ledger.tell(delivery, burst.endsAt)
      for (const { happening } of burst.steps) oracle.live(happening)
      sums.ledger += await spendAll(ledger, burst.endsAt)
      sums.oracle += spendAllKnown(oracle, burst.endsAt)
      return differingSums(sums, burst, way) ?? differing(ledger, oracle, burst, way)
    })
    if (violation !== null) return violation
  }
  return null
}

/** In order, and some of what is there is spent, so that there is something to be kept, carried along or withheld. */
async function spendingSome<H extends Named>(through: Through<H>): Promise<Violation | null> {
  const ledger = through.listening()
  const oracle = through.knowing()
  const way = 'in order, some spent'
  const chance = chanceOf(through.seed + 2)
  for (const burst of through.bursts) {
    const violation = await caught(way, burst, async () => {
      for (const { told, happening } of burst.steps) {
        for (const { delivery, at } of told) await ledger.tell(delivery, at)
        oracle.live(happening)
      }
      const broken = differing(ledger, oracle, burst, way)
      const amount = Math.floor(oracle.remaining(burst.endsAt) * chance())
      if (broken !== null || amount === 0) return broken
      await ledger.spend('credits', amount, burst.endsAt)
      oracle.spend(amount, burst.endsAt)
      return differing(ledger, oracle, burst, way)
    })
    if (violation !== null) return violation
  }
  return null
}

/** In any order and any number, and nothing is spent: it ends as it does in order. */
async function anyOrder<H extends Named>(through: Through<H>, inOrder: Listening): Promise<Violation | null> {
  const ledger = through.listening()
  const last = through.bursts.at(-1)
  if (last === undefined) return null
  const chance = chanceOf(through.seed + 1)
  const told = through.bursts.flatMap(({ steps }) => steps.flatMap((step) => step.told))
  const repeated = told.filter(() => chance() < 0.3)
  const way = 'in any order'
  return caught(way, last, async () => {
    for (const { delivery } of shuffled([...told, ...repeated], chance))
      await ledger.tell(delivery, last.endsAt)
    if (ledger.waitingCount > inOrder.waitingCount) {
      return violated('order', 'something waits', way, last, last.endsAt)
    }
    for (const days of [0, 3, 8, 20, 35, 100, 400]) {
      const at = last.endsAt + days * DAY
      for (const feature of FEATURES) {
        const [here, there] = [seen(ledger, feature, at), seen(inOrder, feature, at)]
        if (here !== there) {
          return violated('order', `${feature} is ${here} and in order ${there}`, way, last, at)
        }
      }
    }
    return null
  })
}

/** Spends all that is there, and says how much that was. */
async function spendAll(ledger: Listening, at: Moment): Promise<number> {
  const { allowed, balance } = ledger.access('credits', at)
  const amount = allowed ? (balance?.remaining ?? 0) : 0
  if (amount <= 0) return 0
  await ledger.spend('credits', amount, at)
  return amount
}

function spendAllKnown(oracle: Knowing<unknown>, at: Moment): number {
  const amount = oracle.remaining(at)
  oracle.spend(amount, at)
  return amount
}

function seen(ledger: Listening, feature: FeatureKey, at: Moment): string {
  const { allowed, balance } = ledger.access(feature, at)
  return `${allowed ? 'allowed' : 'denied'}${balance === undefined ? '' : ` with ${balance.remaining}`}`
}

function differingSums(
  sums: { ledger: number; oracle: number },
  burst: Burst<Named>,
  way: string,
): Violation | null {
  const { ledger, oracle } = sums
  if (ledger === oracle) return null
  const what = `${ledger} credits were spent, ${oracle} were paid for`
  return violated(ledger > oracle ? 'more' : 'less', what, way, burst, burst.endsAt)
}

/** What may be used now and at all moments at which time alone changes it, were nothing more to happen. */
function differing(
  ledger: Listening,
  oracle: Knowing<unknown>,
  burst: Burst<Named>,
  way: string,
): Violation | null {
  const turns = oracle.turns().flatMap((at) => [at - 1, at])
  const moments = [...new Set([burst.endsAt, ...turns])].filter((at) => at >= burst.endsAt)
  for (const at of moments.toSorted((a, b) => a - b)) {
    for (const feature of FEATURES) {
      const { allowed, balance } = ledger.access(feature, at)
      if (feature === 'credits') {
        const [is, paid] = [balance?.remaining ?? 0, oracle.remaining(at)]
        if (paid <= is && is <= oracle.remainingAtMost(at)) continue
        return violated(
          is > paid ? 'more' : 'less',
          `${is} credits are left, ${paid} were paid for`,
          way,
          burst,
          at,
        )
      }
      const may = oracle.may(feature, at)
      const callsLeft = feature === 'calls' && may ? CALLS : 0
      if (allowed === may && (balance?.remaining ?? 0) === callsLeft) continue
      const what = `${feature} is ${seen(ledger, feature, at)}`
      return violated(allowed ? 'more' : 'less', what, way, burst, at)
    }
  }
  return null
}

async function caught(
  way: string,
  burst: Burst<Named>,
  act: () => Promise<Violation | null>,
): Promise<Violation | null> {
  try {
    return await act()
  } catch (error) {
    return violated('threw', String(error), way, burst, burst.endsAt)
  }
}

function violated(
  kind: Violation['kind'],
  what: string,
  way: string,
  burst: Burst<Named>,
  at: Moment,
): Violation {
  return { kind, what, way, at, after: burst.steps.map(({ happening }) => happening.type) }
}
