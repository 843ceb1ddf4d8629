import type {
  ChangePlanAsked,
  CommitAsked,
  ConsumeAsked,
  FreshnessAsked,
  GivePlanAsked,
  GrantAsked,
  OneCheckAsked,
  PurchaseAsked,
  ReserveAsked,
  ReverseAsked,
  UpdateAsked,
} from '../wire.ts'
import { accessListOf, accessOf, balancesOf, freshnessOf } from './fake-access.ts'
import type { FakeCalls } from './fake-binding.ts'
import * as changes from './fake-changes.ts'
import { fakeProblem } from './fake-problem.ts'
import { entitlementOf } from './fake-rights.ts'
import type { FakeState } from './fake-state.ts'
import * as usage from './fake-usage.ts'
import type { FakeUser } from './fake-user.ts'

interface OfUser {
  readonly userId: string
}
type OfRight = OfUser & { readonly entitlementId: string }
type OfPlan = OfUser & { readonly sourceRef: string }
type OfReservation = OfUser & { readonly reservationId: string }
type Which = Readonly<Record<string, unknown>>

/** What a fake ledger answers to each call. */
export function fakeCalls(state: FakeState): FakeCalls {
  const { clock, products } = state
  const now = () => clock.now()
  const knowing = ({ userId, minVersion = 0 }: OfUser & Pick<FreshnessAsked, 'minVersion'>): FakeUser => {
    const user = state.user(userId)
    if (minVersion > user.version) throw fakeProblem('version_unknown', { version: user.version })
    return user
  }
  const check = (asked: OneCheckAsked) => {
    const user = knowing(asked)
    const access = accessOf(user, asked.feature, now(), state.features().includes(asked.feature))
    return { userId: asked.userId, ...access, ...freshnessOf(user, now()) }
  }
  const ofRights = (users: Iterable<FakeUser>, asked: Which) => {
    const all = [...users].flatMap(({ rights }) => rights.map((right) => entitlementOf(right, now())))
    const facts = all.map((one) => ({
      one,
      of: { ...one, ...one.source, sourceRef: one.source.ref } as Which,
    }))
    const named = ['feature', 'state', 'provider', 'product', 'sourceRef'].filter(
      (name) => asked[name] !== undefined,
    )
    const match = facts.filter(({ of }) => named.every((name) => of[name] === asked[name]))
    return whole(match.map(({ one }) => one))
  }
  return {
    check,
    checkMany: ({ checks }: { readonly checks: readonly OneCheckAsked[] }) => ({
      results: checks.map(check),
    }),
    access: (asked: OfUser & { readonly all?: boolean }) => {
      const user = knowing(asked)
      const own = new Set(user.rights.map(({ feature }) => feature))
      const features = state.features().filter((feature) => asked.all === true || own.has(feature))
      return accessListOf(user, features, now())
    },
    balances: (asked: OfUser & { readonly feature?: string }) =>
      balancesOf(knowing(asked), asked.feature === undefined ? state.features() : [asked.feature], now()),
    consume: (asked: OfUser & ConsumeAsked) => usage.consume(state.user(asked.userId), asked, now()),
    reverse: (asked: OfUser & ReverseAsked & { readonly consumptionId: string }) =>
      usage.reverse(state.user(asked.userId), asked, now()),
    reserve: (asked: OfUser & ReserveAsked) => usage.reserve(state.user(asked.userId), asked, now()),
    commit: (asked: OfReservation & CommitAsked) => usage.commit(state.user(asked.userId), asked, now()),
    release: (asked: OfReservation) => usage.release(state.user(asked.userId), asked, now()),
    grant: ({ userId, ...asked }: OfUser & GrantAsked) =>
      entitlementOf(changes.grant(state.user(userId), asked, now()), now()),
    update: ({ userId, ...asked }: OfRight & UpdateAsked) => changes.update(state.user(userId), asked, now()),
    suspend: (asked: OfRight) => changes.suspend(state.user(asked.userId), asked, now()),
    resume: (asked: OfRight) => changes.resume(state.user(asked.userId), asked, now()),
    revoke: (asked: OfRight) => changes.revoke(state.user(asked.userId), asked, now()),
    entitlement: ({ userId, entitlementId }: OfRight) =>
      entitlementOf(changes.rightOf(state.user(userId), entitlementId), now()),
    entitlements: ({ userId, ...asked }: OfUser & Which) => ofRights([state.user(userId)], asked),
    queryEntitlements: (asked: Which) => ofRights(state.users.values(), asked),
    givePlan: (asked: OfUser & GivePlanAsked) =>
      changes.givePlan(state.user(asked.userId), asked, products, now()),
    changePlan: (asked: OfPlan & ChangePlanAsked) =>
      changes.changePlan(state.user(asked.userId), asked, products, now()),
    endPlan: (asked: OfPlan) => changes.endPlan(state.user(asked.userId), asked, now()),
    plan: ({ userId, sourceRef }: OfPlan) =>
      changes.planAnswer(changes.planOf(state.user(userId), sourceRef), now()),
    plans: ({ userId }: OfUser) =>
      whole([...state.user(userId).plans.values()].map((plan) => changes.planAnswer(plan, now()))),
    ledger: ({ userId, order = 'newest' }: OfUser & { readonly order?: string }) => {
      const { entries } = state.user(userId)
      return whole(order === 'oldest' ? entries : entries.toReversed())
    },
    purchase: (asked: PurchaseAsked) => state.purchase(asked),
  }
}

/** A listing on one page. */
function whole<Item>(items: readonly Item[]) {
  return { items, nextCursor: null }
}
