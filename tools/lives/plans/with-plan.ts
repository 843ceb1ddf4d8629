import type { PlanCommand } from '../../../src/domain/purchases/plans/plan-command.ts'
import { productOf } from '../catalog.ts'
import { chanceOf } from '../chance.ts'
import { DAY, type Moment } from '../life.ts'
import type { Knowing, Listening, Through } from '../ways.ts'
import { PlanOracle } from './plan-oracle.ts'

/** What the shop asks of a plan by hand that its customer has beside what is bought. */
export interface PlanAct {
  readonly at: Moment
  readonly command: PlanCommand
}

/** Of so many lives one has a plan beside. */
const ONE_IN = 4

/** What can be given: no `calls`, which both would give. */
const GIVEN = ['lite', 'addon'] as const

/** Returns the same life, in some with a plan beside that is given, changed and ended between what is told. */
export function withPlan<H>(through: Through<H>): Through<H> {
  const acts = actsIn(through)
  if (acts.size === 0) return through
  return {
    ...through,
    // What is there is two lots, of which a part may be spent of either.
    isOnePool: false,
    listening: () => listeningWith(through.listening(), [...acts.values()]),
    knowing: () => knowingWith(through.knowing(), acts),
  }
}

/** By the happening before which each is done. */
function actsIn<H>({ seed, bursts }: Through<H>): ReadonlyMap<H, PlanAct> {
  const chance = chanceOf(seed + 4)
  const acts = new Map<H, PlanAct>()
  if (chance() * ONE_IN >= 1) return acts
  let startsAt: Moment | null = null
  for (const { steps } of bursts) {
    const [first] = steps
    const toldAt = steps.flatMap(({ told }) => told.map(({ at }) => at))
    if (first === undefined || toldAt.length === 0 || chance() < 0.5) continue
    const at = Math.min(...toldAt)
    const terms = {
      sourceRef: 'comped',
      product: productOf(chance() < 0.6 ? GIVEN[0] : GIVEN[1]).id,
      quantity: 1 + Math.floor(chance() * 3),
      endsAt: chance() < 0.5 ? null : at + 20 * DAY,
    }
    const isEnd = chance() < 0.15
    if (startsAt === null) {
      startsAt = at
      acts.set(first.happening, { at, command: { type: 'give_plan', ...terms, startsAt } })
    } else if (isEnd) {
      acts.set(first.happening, { at, command: { type: 'end_plan', sourceRef: terms.sourceRef } })
      break
    } else acts.set(first.happening, { at, command: { type: 'change_plan', ...terms } })
  }
  return acts
}

function listeningWith(ledger: Listening, acts: readonly PlanAct[]): Listening {
  let done = 0
  return {
    tell: async (delivery, at) => {
      for (let act = acts[done]; act !== undefined && act.at <= at; act = acts[done]) {
        done += 1
        await ledger.ask(act.command, act.at)
      }
      await ledger.tell(delivery, at)
    },
    ask: (command, at) => ledger.ask(command, at),
    spend: (feature, amount, at) => ledger.spend(feature, amount, at),
    access: (feature, at) => ledger.access(feature, at),
    get waitingCount() {
      return ledger.waitingCount
    },
  }
}

function knowingWith<H>(oracle: Knowing<H>, acts: ReadonlyMap<H, PlanAct>): Knowing<H> {
  const plan = new PlanOracle()
  return {
    live: (happening) => {
      const act = acts.get(happening)
      if (act !== undefined) plan.live(act)
      oracle.live(happening)
    },
    may: (feature, at) => oracle.may(feature, at) || plan.may(feature, at),
    remaining: (at) => oracle.remaining(at) + plan.remaining(at),
    remainingAtMost: (at) => oracle.remainingAtMost(at) + plan.remaining(at),
    spend: (amount, at) => {
      const ofPlan = Math.min(amount, plan.remaining(at))
      plan.spend(ofPlan)
      oracle.spend(amount - ofPlan, at)
    },
    turns: () => [...oracle.turns(), ...plan.turns()],
  }
}
