import { decidePlan } from '../../../domain/purchases/plans/decide-plan.ts'
import { planOf, planSource } from '../../../domain/purchases/plans/plan.ts'
import type { PlanCommand } from '../../../domain/purchases/plans/plan-command.ts'
import { isGivenBy } from '../../../domain/purchases/products/is-given-by.ts'
import { type SourceKey, sourceKeyText } from '../../../domain/purchases/register/source-key.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import { type CommandDecision, NO_EFFECT } from './command-decision.ts'
import { decideSettlement } from './decide-settlement.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { momentAt } from './entry-of.ts'
import { noteOf } from './note-of.ts'
import { restsOnOtherVersion } from './rests-on-other-version.ts'

/** Decides what a caller asks of a plan: what is said of it is a fact, and settled as those of a purchase are. */
export async function decidePlanCommand(
  command: PlanCommand,
  submission: Submission,
  basis: DecisionBasis,
  now: Instant,
): Promise<CommandDecision> {
  const { state, productsOf } = basis
  const source = planSource(command.sourceRef)
  const known = state.sources.get(sourceKeyText(source))
  const version = command.type === 'give_plan' ? state.version : (known?.version ?? 0)
  if (restsOnOtherVersion(submission.ifVersion, version, state.version)) {
    return { ...NO_EFFECT, state, outcome: { type: 'precondition_failed', version } }
  }
  const place = { at: momentAt(state, now), seq: state.version + 1 }
  const said = decidePlan(known?.register.subscription ?? null, command, productsOf(source), place)
  if (!said.ok) {
    return { ...NO_EFFECT, state, outcome: { type: 'refused', refusal: said.error }, dependsOnCatalog: true }
  }
  const facts = said.value === null ? [] : [said.value]
  const settlement = { type: 'settle_source', source, facts, moved: null } as const
  const settled = await decideSettlement(settlement, submission, basis, now)
  if (settled.outcome.type !== 'settled') return settled
  const plan = planIn(settled.state, source)
  const created = command.type === 'give_plan'
  return {
    ...settled,
    note: noteOf(submission),
    outcome: { type: 'planned', created, userId: state.userId, plan },
  }
}

function planIn({ sources, entitlements }: UserState, source: SourceKey) {
  const record = sources.get(sourceKeyText(source))
  if (record === undefined) throw new Error(`There is no plan ${source.ref} after it was decided on`)
  const own = [...entitlements.values()].filter((one) => isGivenBy(one, source))
  return planOf(record, own)
}
