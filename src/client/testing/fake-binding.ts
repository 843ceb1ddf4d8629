import type { CallInput } from '../door.ts'
import type { Ledger } from '../ledger.ts'
import type { Listing } from '../listing.ts'
import type { CallName } from '../routes.ts'
import type { LedgerUser } from '../user.ts'
import type { AccessListAnswer } from '../wire.ts'
import { fakeProblem } from './fake-problem.ts'
import { lapse } from './fake-reservations.ts'
import type { FakeState } from './fake-state.ts'

/**
 * What goes wrong until it is `null` again. `unavailable`: nothing is done, and every call is 503. `late`: what is asked for is
 * done, and its answer comes too late for anybody.
 */
export type FakeFault = 'unavailable' | 'late' | null

/** What a call answers; of a listing, a page. */
type Said<Answer> =
  Answer extends Promise<infer Body> ? Body : Answer extends Listing<infer _Item, infer Page> ? Page : never

type OfUser = Omit<Pick<LedgerUser, keyof LedgerUser & CallName>, 'access'>

/** What is asked of several users comes by the name of what is asked of one. */
type MethodName = Exclude<CallName, 'checkAny' | 'consumeAny'>

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
export type FakeBinding = Readonly<Record<MethodName, (asked: CallInput) => Promise<unknown>>>

/** The calls behind a binding: with the faults of the moment, and each change once for its key. */
export function fakeBinding(calls: FakeCalls, state: FakeState, faultNow: () => FakeFault): FakeBinding {
  const through = (name: MethodName) => async (asked: CallInput) => {
    if (faultNow() === 'unavailable') throw fakeProblem('ledger_unavailable')
    const { [name]: call } = calls as unknown as Record<MethodName, (asked: CallInput) => unknown>
    const told = asked['idempotencyKey'] === undefined ? call(asked) : once(state, name, asked, call)
    return faultNow() === 'late' ? new Promise(() => {}) : structuredClone(told)
  }
  const names = Object.keys(calls) as MethodName[]
  return Object.fromEntries(names.map((name) => [name, through(name)])) as unknown as FakeBinding
}

/** Whatever is answered under a key is answered again, and what was refused may be tried by another request. */
function once(
  state: FakeState,
  name: string,
  asked: CallInput,
  call: (asked: CallInput) => unknown,
): unknown {
  const { idempotencyKey: key, ifVersion, ...terms } = asked
  // The key is that of the first, where several are named.
  const [userId] = [asked['anyOf'] ?? asked['userId']].flat()
  const { receipts } = state.user(String(userId))
  const request = JSON.stringify([name, terms])
  const { request: earlier, answer } = receipts.get(String(key)) ?? {}
  if (answer !== undefined && 'told' in answer && earlier !== request)
    throw fakeProblem('idempotency_key_reused')
  if (answer !== undefined && earlier === request) {
    if ('refusal' in answer) throw answer.refusal
    return answer.told
  }
  const version = versionOf(state, terms)
  if (ifVersion !== undefined && ifVersion !== version) throw fakeProblem('precondition_failed', { version })
  for (const user of state.users.values()) lapse(user, state.clock.now())
  try {
    const told = structuredClone(call(asked))
    receipts.set(String(key), { request, answer: { told } })
    return told
  } catch (refusal) {
    receipts.set(String(key), { request, answer: { refusal } })
    throw refusal
  }
}

/** Of what is changed: an entitlement, a plan, or the user. */
function versionOf(state: FakeState, { userId, entitlementId, sourceRef }: CallInput): number {
  const user = state.user(String(userId))
  const right = user.rights.find(({ id }) => id === entitlementId)
  return (right ?? user.plans.get(String(sourceRef)) ?? user).version
}
