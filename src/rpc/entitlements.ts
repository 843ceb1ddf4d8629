import { WorkerEntrypoint } from 'cloudflare:workers'
import type { ProblemError } from '../app/problems/problem-error.ts'
import type { CallServices } from '../app/services.ts'
import type { BindingProps } from './binding.ts'
import type { Calls } from './calls.ts'

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
    return (await this.#calls()).check(asked)
  }

  /** Up to a hundred checks; of each its answer or its problem. */
  async checkMany(asked: MethodInput<'checkMany'>) {
    return (await this.#calls()).checkMany(asked)
  }

  /** All features of a user at once. */
  async access(asked: MethodInput<'access'>) {
    return (await this.#calls()).access(asked)
  }

  /** Grants a feature to a user. */
  async grant(asked: MethodInput<'grant'>) {
    return (await this.#calls()).grant(asked)
  }

  /** Revokes an entitlement, for good. */
  async revoke(asked: MethodInput<'revoke'>) {
    return (await this.#calls()).revoke(asked)
  }

  /** Gives a whole product to a user. */
  async givePlan(asked: MethodInput<'givePlan'>) {
    return (await this.#calls()).givePlan(asked)
  }

  /** Says what a plan is from now on. */
  async changePlan(asked: MethodInput<'changePlan'>) {
    return (await this.#calls()).changePlan(asked)
  }

  /** Ends a plan, for good. */
  async endPlan(asked: MethodInput<'endPlan'>) {
    return (await this.#calls()).endPlan(asked)
  }

  /** Spends some of a metered feature, if it is there. */
  async consume(asked: MethodInput<'consume'>) {
    return (await this.#calls()).consume(asked)
  }

  /** Gives back what was spent, in whole or in part. */
  async reverse(asked: MethodInput<'reverse'>) {
    return (await this.#calls()).reverse(asked)
  }

  /** Holds some of a metered feature for a while. */
  async reserve(asked: MethodInput<'reserve'>) {
    return (await this.#calls()).reserve(asked)
  }

  /** Lets go of all that a holder has of a held feature. */
  async releaseHolder(asked: MethodInput<'releaseHolder'>) {
    return (await this.#calls()).releaseHolder(asked)
  }

  /** Lets a lease go on for longer. */
  async renew(asked: MethodInput<'renew'>) {
    return (await this.#calls()).renew(asked)
  }

  /** Spends what is held, or a part of it. */
  async commit(asked: MethodInput<'commit'>) {
    return (await this.#calls()).commit(asked)
  }

  /** Lets go of what is held. */
  async release(asked: MethodInput<'release'>) {
    return (await this.#calls()).release(asked)
  }

  /** What is left of metered features, lot by lot. */
  async balances(asked: MethodInput<'balances'>) {
    return (await this.#calls()).balances(asked)
  }

  /** A page of who holds what. */
  async holders(asked: MethodInput<'holders'>) {
    return (await this.#calls()).holders(asked)
  }

  /** A page of the reservations that are open. */
  async reservations(asked: MethodInput<'reservations'>) {
    return (await this.#calls()).reservations(asked)
  }

  /** One reservation, and what became of it. */
  async reservation(asked: MethodInput<'reservation'>) {
    return (await this.#calls()).reservation(asked)
  }

  /** What was consumed and given back, with its sums. */
  async consumptions(asked: MethodInput<'consumptions'>) {
    return (await this.#calls()).consumptions(asked)
  }

  /** The runtime wants the class when an isolate starts; what its methods are made of can wait until one is called. */
  async #calls(): Promise<Calls> {
    const { Calls } = await import('./calls.ts')
    return new Calls(this.ctx.props, await this.#services())
  }
}
