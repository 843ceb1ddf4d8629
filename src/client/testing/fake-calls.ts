import type {
  ConsumptionsAsked,
  EntitlementAnswer,
  FreshnessAsked,
  GrantAsked,
  ListAsked,
  OfFeatureAsked,
  PurchaseAsked,
  UpdateAsked,
} from '../wire.ts'
import type { FakeCalls } from './fake-binding.ts'
import * as changes from './fake-changes.ts'
import * as checks from './fake-checks.ts'
import { consumptionsOf } from './fake-consumptions.ts'
import { holdersOf } from './fake-holders.ts'
import { accessListOf, balancesOf, pageOf } from './fake-lists.ts'
import * as plans from './fake-plans.ts'
import * as reservations from './fake-reservations.ts'
import { fakeProblem } from './fake-problem.ts'
import { entitlementOf, instantOf } from './fake-rights.ts'
import type { FakeState } from './fake-state.ts'
import * as usage from './fake-usage.ts'
import type { FakeUser } from './fake-user.ts'

interface OfUser {
  readonly userId: string
}
type OfRight = OfUser & { readonly entitlementId: string }
type Which = ListAsked & Readonly<Record<string, unknown>>
type KnownBy = OfUser & Pick<FreshnessAsked, 'minVersion'>

/** What a fake ledger answers to each call. */
export function fakeCalls(state: FakeState): FakeCalls {
  const now = () => state.clock.now()
  const of = ({ userId }: OfUser) => state.user(userId)
  const isOf =
    ({ feature }: OfFeatureAsked) =>
    (one: { readonly feature: string }) =>
      feature === undefined || one.feature === feature
  /** Binds what is done to a state. */
  const to =
    <Asked, Answer>(act: (of: FakeState, asked: Asked) => Answer) =>
    (asked: Asked) =>
      act(state, asked)
  const toRight =
    (act: (user: FakeUser, asked: OfRight & UpdateAsked, nowMs: number) => EntitlementAnswer) =>
    (asked: OfRight & UpdateAsked) =>
      act(of(asked), asked, now())
  const rightsOf = (users: Iterable<FakeUser>) =>
    [...users].flatMap(({ rights }) => rights.map((right) => entitlementOf(right, now())))
  return {
    check: to(checks.check),
    checkMany: to(checks.checkMany),
    access: (asked: KnownBy & { readonly all?: boolean }) => {
      const user = checks.knownUser(state, asked)
      const own = new Set([...user.rights, ...user.consumptions.values()].map(({ feature }) => feature))
      const features = state.features().filter(({ key }) => asked.all === true || own.has(key))
      return accessListOf(user, features, now())
    },
    balances: (asked: KnownBy & OfFeatureAsked) => {
      const features = state.features().filter(({ key }) => isOf(asked)({ feature: key }))
      return balancesOf(checks.knownUser(state, asked), features, now())
    },
    consume: to(usage.consume),
    reverse: to(usage.reverse),
    consumptions: (asked: OfUser & ConsumptionsAsked) => consumptionsOf(of(asked), asked),
    reserve: to(reservations.reserve),
    renew: to(reservations.renew),
    commit: to(reservations.commit),
    release: to(reservations.release),
    releaseHolder: to(reservations.releaseHolder),
    reservation: to(reservations.knownReservation),
    reservations: (asked: OfUser & OfFeatureAsked) =>
      pageOf(reservations.openReservations(state, asked).filter(isOf(asked)), asked),
    holders: (asked: OfUser & OfFeatureAsked) =>
      pageOf(holdersOf(of(asked), state.features()).filter(isOf(asked)), asked),
    grant: (asked: OfUser & GrantAsked & { readonly idempotencyKey?: string }) =>
      entitlementOf(changes.grant(of(asked), asked, now(), asked.idempotencyKey), now()),
    update: toRight(changes.update),
    suspend: toRight(changes.suspend),
    resume: toRight(changes.resume),
    revoke: toRight(changes.revoke),
    entitlement: (asked: OfRight) => entitlementOf(changes.rightOf(of(asked), asked.entitlementId), now()),
    entitlements: (asked: OfUser & Which) => pageOf(rightsOf([of(asked)]).filter(matches(asked)), asked),
    queryEntitlements: (asked: Which) => pageOf(rightsOf(state.users.values()).filter(matches(asked)), asked),
    givePlan: to(plans.givePlan),
    changePlan: to(plans.changePlan),
    endPlan: to(plans.endPlan),
    plan: to(plans.planAnswer),
    plans: (asked: OfUser & ListAsked) => pageOf(plans.planAnswers(state, asked), asked),
    ledger: (asked: OfUser & ListAsked & { readonly order?: string }) => {
      const { entries } = of(asked)
      return pageOf(asked.order === 'oldest' ? entries : entries.toReversed(), asked)
    },
    purchase: (asked: PurchaseAsked) => state.purchase(asked),
    passport: () => {
      throw fakeProblem('passports_off')
    },
  }
}

/** Whether an entitlement is one of those that are asked for. */
function matches({ endsAfter, endsBefore, ...asked }: Which): (one: EntitlementAnswer) => boolean {
  const [from, to] = [instantOf(endsAfter), instantOf(endsBefore)]
  const names = ['feature', 'state', 'provider', 'product', 'sourceRef']
  const named = names.filter((name) => asked[name] !== undefined)
  return (one) => {
    const facts: Which = { ...one, ...one.source, sourceRef: one.source.ref }
    const isWithin =
      (from === null || (one.endsAt !== null && one.endsAt >= from)) &&
      (to === null || (one.endsAt !== null && one.endsAt < to))
    return isWithin && named.every((name) => facts[name] === asked[name])
  }
}
