import { WorkerEntrypoint } from 'cloudflare:workers'
import type { ProblemError } from '../app/problems/problem-error.ts'
import type { CallServices } from '../app/services.ts'
import type { BindingProps } from './binding.ts'
import type { ChangeCalls } from './change-calls.ts'
import type { CheckCalls } from './check-calls.ts'
import type { ReadingCalls } from './reading-calls.ts'

type Calls = CheckCalls & ReadingCalls & ChangeCalls
type MethodInput<Name extends keyof Calls> = Parameters<Calls[Name]>[0]

/**
 * The ledger for other Workers of the same account, over a service binding: the rules and answers of HTTP without
 * HTTP. What a caller may do stands in the `props` of its binding, so no token is needed. Each method takes one object
 * and returns what HTTP has as its body; whatever goes wrong is thrown as an `EntitlementsError`.
 */
export class EntitlementsEntrypoint<Env> extends WorkerEntrypoint<Env, BindingProps> {
  readonly #services: () => Promise<CallServices | ProblemError>

  /** `services` may give the problem that there are none: a constructor that throws tells its caller nothing. */
  constructor(ctx: ExecutionContext, env: Env, services: () => Promise<CallServices | ProblemError>) {
    super(ctx, env)
    this.#services = services
  }

  /** May this user use this feature? */
  async check(asked: MethodInput<'check'>) {
    return (await this.#checks()).check(asked)
  }

  /** Up to a hundred checks; of each its answer or its problem. */
  async checkMany(asked: MethodInput<'checkMany'>) {
    return (await this.#checks()).checkMany(asked)
  }

  /** All features of a user at once. */
  async access(asked: MethodInput<'access'>) {
    return (await this.#checks()).access(asked)
  }

  /** A signed list of what a user may use and when, which is verified without the ledger. */
  async passport(asked: MethodInput<'passport'>) {
    return (await this.#checks()).passport(asked)
  }

  /** Grants a feature to a user. */
  async grant(asked: MethodInput<'grant'>) {
    return (await this.#changes()).grant(asked)
  }

  /** Changes the terms of an entitlement. */
  async update(asked: MethodInput<'update'>) {
    return (await this.#changes()).update(asked)
  }

  /** Stops an entitlement until it is resumed. */
  async suspend(asked: MethodInput<'suspend'>) {
    return (await this.#changes()).suspend(asked)
  }

  /** Lets a suspended entitlement go on. */
  async resume(asked: MethodInput<'resume'>) {
    return (await this.#changes()).resume(asked)
  }

  /** Revokes an entitlement, for good. */
  async revoke(asked: MethodInput<'revoke'>) {
    return (await this.#changes()).revoke(asked)
  }

  /** Gives a whole product to a user. */
  async givePlan(asked: MethodInput<'givePlan'>) {
    return (await this.#changes()).givePlan(asked)
  }

  /** Says what a plan is from now on. */
  async changePlan(asked: MethodInput<'changePlan'>) {
    return (await this.#changes()).changePlan(asked)
  }

  /** Ends a plan, for good. */
  async endPlan(asked: MethodInput<'endPlan'>) {
    return (await this.#changes()).endPlan(asked)
  }

  /** Spends some of a metered feature, if it is there. */
  async consume(asked: MethodInput<'consume'>) {
    return (await this.#changes()).consume(asked)
  }

  /** Gives back what was spent, in whole or in part. */
  async reverse(asked: MethodInput<'reverse'>) {
    return (await this.#changes()).reverse(asked)
  }

  /** Holds some of a metered feature for a while. */
  async reserve(asked: MethodInput<'reserve'>) {
    return (await this.#changes()).reserve(asked)
  }

  /** Lets go of all that a holder has of a held feature. */
  async releaseHolder(asked: MethodInput<'releaseHolder'>) {
    return (await this.#changes()).releaseHolder(asked)
  }

  /** Lets a lease go on for longer. */
  async renew(asked: MethodInput<'renew'>) {
    return (await this.#changes()).renew(asked)
  }

  /** Spends what is held, or a part of it. */
  async commit(asked: MethodInput<'commit'>) {
    return (await this.#changes()).commit(asked)
  }

  /** Lets go of what is held. */
  async release(asked: MethodInput<'release'>) {
    return (await this.#changes()).release(asked)
  }

  /** What is left of metered features, lot by lot. */
  async balances(asked: MethodInput<'balances'>) {
    return (await this.#checks()).balances(asked)
  }

  /** A page of who holds what. */
  async holders(asked: MethodInput<'holders'>) {
    return (await this.#readings()).holders(asked)
  }

  /** A page of the reservations that are open. */
  async reservations(asked: MethodInput<'reservations'>) {
    return (await this.#readings()).reservations(asked)
  }

  /** One reservation, and what became of it. */
  async reservation(asked: MethodInput<'reservation'>) {
    return (await this.#readings()).reservation(asked)
  }

  /** What was consumed and given back, with its sums. */
  async consumptions(asked: MethodInput<'consumptions'>) {
    return (await this.#readings()).consumptions(asked)
  }

  /** One entitlement. */
  async entitlement(asked: MethodInput<'entitlement'>) {
    return (await this.#readings()).entitlement(asked)
  }

  /** A page of a user’s entitlements, and of what everybody has. */
  async entitlements(asked: MethodInput<'entitlements'>) {
    return (await this.#readings()).entitlements(asked)
  }

  /** A page of the entitlements of all users that match. */
  async queryEntitlements(asked: MethodInput<'queryEntitlements'>) {
    return (await this.#readings()).queryEntitlements(asked)
  }

  /** One plan. */
  async plan(asked: MethodInput<'plan'>) {
    return (await this.#readings()).plan(asked)
  }

  /** A page of a user’s plans. */
  async plans(asked: MethodInput<'plans'>) {
    return (await this.#readings()).plans(asked)
  }

  /** A page of a user’s history. */
  async ledger(asked: MethodInput<'ledger'>) {
    return (await this.#readings()).ledger(asked)
  }

  /** What has become of a purchase. */
  async purchase(asked: MethodInput<'purchase'>) {
    return (await this.#readings()).purchase(asked)
  }

  // The runtime wants the class when an isolate starts; what its methods are made of can wait until one is called.

  async #checks(): Promise<CheckCalls> {
    const { CheckCalls } = await import('./check-calls.ts')
    return new CheckCalls(this.ctx.props, await this.#services())
  }

  async #readings(): Promise<ReadingCalls> {
    const { ReadingCalls } = await import('./reading-calls.ts')
    return new ReadingCalls(this.ctx.props, await this.#services())
  }

  async #changes(): Promise<ChangeCalls> {
    const { ChangeCalls } = await import('./change-calls.ts')
    return new ChangeCalls(this.ctx.props, await this.#services())
  }
}
