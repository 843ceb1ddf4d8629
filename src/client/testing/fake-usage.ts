import type { ConsumeAsked, ConsumptionAnswer, ReversalAnswer, ReverseAsked } from '../wire.ts'
import { asChecked } from './fake-access.ts'
import { isoOf } from './fake-clock.ts'
import { firstPartOf, takesAnswer } from './fake-lots.ts'
import { fakeProblem } from './fake-problem.ts'
import type { FakeState } from './fake-state.ts'
import { takingOf } from './fake-taking.ts'
import type { FakeConsumption, FakeSpending } from './fake-user.ts'

interface OfUser {
  readonly userId: string
}
interface OfSeveral {
  readonly anyOf?: readonly string[]
}

/** Of one user, or of the first of several who has all of it. */
export function consume(
  state: FakeState,
  { userId = '', anyOf = [userId], ...asked }: ConsumeAsked & Partial<OfUser> & OfSeveral,
): ConsumptionAnswer {
  const [first = '', ...others] = anyOf
  try {
    return consumeOf(state, { ...asked, userId: first })
  } catch (refusal) {
    const isPassedOn = (refusal as { readonly code?: string }).code === 'insufficient_balance'
    if (isPassedOn && others.length > 0) return consume(state, { ...asked, anyOf: others })
    throw refusal
  }
}

function consumeOf(state: FakeState, asked: ConsumeAsked & OfUser): ConsumptionAnswer {
  const { userId, metadata } = asked
  const { has, ...taking } = takingOf(state, asked, 'holding')
  if (has !== null) return consumptionAnswer(state, userId, { ...has, amount: taking.amount })
  return spend(state, userId, { ...taking, metadata: (metadata as FakeSpending['metadata']) ?? null })
}

type Spent = Pick<FakeSpending, 'feature' | 'amount' | 'takes' | 'holder' | 'metadata'>

/** Spends what is there. */
export function spend(
  state: FakeState,
  userId: string,
  spent: Spent,
  ofReservation: { readonly reservationId?: string } = {},
): ConsumptionAnswer {
  const user = state.user(userId)
  const { feature, amount, holder, metadata } = spent
  const since = isoOf(state.clock.now())
  const type = ofReservation.reservationId === undefined ? 'usage_consumed' : 'reservation_committed'
  const version = user.record(type, since, { feature, amount, ...ofReservation })
  const id = `con_${version}`
  const consumption: FakeConsumption = { ...spent, id, since, reversed: 0 }
  user.consumptions.set(id, consumption)
  const noted = { holder, actor: null, reason: null, metadata }
  const listed = { id, ...ofReservation, feature, amount, overage: 0, at: since, version, ...noted }
  user.usage.push({ type: 'consumption', ...listed })
  return consumptionAnswer(state, userId, consumption, ofReservation)
}

/** Gives back; with `amount` left out, all that was not given back yet. What was taken last goes back first. */
export function reverse(
  state: FakeState,
  { userId, consumptionId, amount: asked }: ReverseAsked & OfUser & { readonly consumptionId: string },
  reason: string | null = null,
): ReversalAnswer {
  const user = state.user(userId)
  const consumption = user.consumptions.get(consumptionId)
  if (consumption === undefined) throw fakeProblem('consumption_not_found')
  const { feature, amount: consumed, reversed, takes, holder } = consumption
  const left = consumed - reversed
  const amount = asked ?? left
  if (amount > left || amount === 0) throw fakeProblem('reversal_exceeds_consumption', { consumed, reversed })
  const stays = firstPartOf(takes, left - amount)
  const returns = firstPartOf(takes, left).flatMap((take, index) => {
    const part = take.amount - (stays[index]?.amount ?? 0)
    return part > 0 ? [{ ...take, amount: part }] : []
  })
  consumption.reversed += amount
  const at = isoOf(state.clock.now())
  const version = user.record('consumption_reversed', at, { consumptionId, feature, amount })
  const id = `rev_${version}`
  const noted = { holder, actor: null, reason, metadata: null }
  user.usage.push({
    type: 'reversal',
    id,
    consumptionId,
    feature,
    amount,
    overage: 0,
    at,
    version,
    ...noted,
  })
  const back = { id, consumptionId, amount, reversed: consumption.reversed, returns: takesAnswer(returns) }
  return { ...back, ...asChecked(user, state.featureOf(feature), state.clock.now()) }
}

function consumptionAnswer(
  state: FakeState,
  userId: string,
  { id, feature, amount, takes }: FakeSpending,
  ofReservation: { readonly reservationId?: string } = {},
): ConsumptionAnswer {
  const checked = asChecked(state.user(userId), state.featureOf(feature), state.clock.now())
  return { id, amount, overage: 0, takes: takesAnswer(takes), ...ofReservation, ...checked }
}
