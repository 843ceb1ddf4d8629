import type { CallInput } from '../door.ts'
import type { Ledger } from '../ledger.ts'
import type { Listing, ListingPage } from '../listing.ts'
import type { CallName } from '../routes.ts'
import type { LedgerUser } from '../user.ts'
import type { AccessListAnswer } from '../wire.ts'
import { fakeProblem } from './fake-problem.ts'
import type { FakeState } from './fake-state.ts'

/**
 * What goes wrong until it is `null` again. `unavailable`: nothing is done, and every call is 503. `late`: what is asked for is
 * done, and its answer comes too late for anybody.
 */
export type FakeFault = 'unavailable' | 'late' | null

/** What a call answers; of a listing, a page. */
type Said<Answer> =
  Answer extends Promise<infer Body> ? Body : Answer extends Listing<infer Item> ? ListingPage<Item> : never

type OfUser = Omit<Pick<LedgerUser, keyof LedgerUser & CallName>, 'access'>

/** What a ledger answers to every call of the client there is: where one is missing, this does not compile. */
export type FakeCalls = {
  readonly [Name in keyof OfUser]: (asked: never) => Said<ReturnType<OfUser[Name]>>
} & {
  /** Over a binding it says when it was answered; over HTTP that is a header. */
  readonly access: (asked: never) => AccessListAnswer & { readonly answeredAt: string }
  readonly checkMany: (asked: never) => Said<ReturnType<Ledger['checkMany']>>
  readonly queryEntitlements: (asked: never) => Said<ReturnType<Ledger['entitlements']>>
  readonly purchase: (asked: never) => Said<ReturnType<Ledger['purchase']>>
}

/** In the place of the service binding of a Worker: `createLedger({ binding })`. */
export type FakeBinding = Readonly<Record<CallName, (asked: CallInput) => Promise<unknown>>>

/** The calls behind a binding: with the faults of the moment, and each change once for its key. */
export function fakeBinding(calls: FakeCalls, state: FakeState, faultNow: () => FakeFault): FakeBinding {
  const answer = (name: CallName, asked: CallInput): unknown => {
    const { [name]: call } = calls as unknown as Record<CallName, (asked: CallInput) => unknown>
    const { idempotencyKey, ifVersion, ...terms } = asked
    if (typeof idempotencyKey !== 'string') return call(terms)
    const { answers } = state.user(String(asked['userId']))
    const request = JSON.stringify([name, terms])
    const before = answers.get(idempotencyKey)
    if (before !== undefined) {
      if (before.request !== request) throw fakeProblem('idempotency_key_reused')
      return before.answer
    }
    if (ifVersion !== undefined && ifVersion !== versionOf(state, terms))
      throw fakeProblem('precondition_failed')
    const told = structuredClone(call(terms))
    answers.set(idempotencyKey, { request, answer: told })
    return told
  }
  const through = (name: CallName) => async (asked: CallInput) => {
    if (faultNow() === 'unavailable') throw fakeProblem('ledger_unavailable')
    const told = structuredClone(answer(name, asked))
    return faultNow() === 'late' ? new Promise(() => {}) : told
  }
  const names = Object.keys(calls) as CallName[]
  return Object.fromEntries(names.map((name) => [name, through(name)])) as unknown as FakeBinding
}

/** Of what is changed: an entitlement, a plan, or the user. */
function versionOf(state: FakeState, { userId, entitlementId, sourceRef }: CallInput): number {
  const user = state.user(String(userId))
  const right = user.rights.find(({ id }) => id === entitlementId)
  return (right ?? user.plans.get(String(sourceRef)) ?? user).version
}
