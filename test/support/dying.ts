import { env } from 'cloudflare:workers'
import type { CopyState } from '../../src/ledger/ledger-client.ts'
import type { Submission } from '../../src/ledger/submission.ts'
import type { UserLedger } from '../../src/worker.ts'

/** What a statement is asked to do at the last. */
const ASKED = ['raw', 'all', 'run', 'first'] as const

/**
 * Makes an object, or a Worker's D1 and ledgers, that die at their n-th moment: every call to what lies outside has
 * one before it is carried out and one after. What is dead never answers, as if it had been evicted there. Where it is
 * said what happens at that moment, that happens first; and where it does not die of it, it goes on.
 */
export class Dying {
  readonly death: Promise<'died'>
  #left: number
  #isDead = false
  #die: () => void = () => undefined
  readonly #meanwhile: () => Promise<'dies' | 'goes on'>

  constructor(moment: number, meanwhile: () => Promise<'dies' | 'goes on'> = () => Promise.resolve('dies')) {
    this.#left = moment
    this.#meanwhile = meanwhile
    this.death = new Promise((resolve) => {
      this.#die = () => resolve('died')
    })
  }

  object(state: DurableObjectState, make: (bindings: Partial<Cloudflare.Env>) => UserLedger): UserLedger {
    const object = make({ DB: this.#mortal(env.DB, ['batch']), KV: this.#mortal(env.KV, ['put']) })
    const storage = this.#mortal(state.storage, ['getAlarm', 'setAlarm', 'deleteAlarm', 'sync'])
    const ctx = { id: state.id, storage, waitUntil: (work: Promise<unknown>) => void work }
    Object.defineProperty(object, 'ctx', { value: ctx })
    return object
  }

  /** D1 as a Worker sees it that dies: each statement and each batch is a call. */
  d1(): D1Database {
    const mortal = (statement: D1PreparedStatement): D1PreparedStatement => {
      const bind = statement.bind.bind(statement)
      const calls = ASKED.map((name) => [name, this.#lived(statement[name].bind(statement))])
      return Object.assign(
        statement,
        { bind: (...values: unknown[]) => mortal(bind(...values)) },
        Object.fromEntries(calls),
      )
    }
    return new Proxy(this.#mortal(env.DB, ['batch']), {
      get: (target, property) =>
        property === 'prepare' ? (sql: string) => mortal(env.DB.prepare(sql)) : Reflect.get(target, property),
    })
  }

  /** A user's object as a Worker sees it that dies. */
  ledger(userId: string) {
    const object = env.USERS.getByName(userId)
    return {
      submit: this.#lived((submission: Submission) => object.submit(submission)),
      snapshot: this.#lived((copy: CopyState) => object.snapshot(copy)),
    }
  }

  #mortal<Target extends object>(target: Target, calls: readonly string[]): Target {
    return new Proxy(target, {
      get: (_target, property) => {
        const value: unknown = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => unknown
        if (typeof property !== 'string' || !calls.includes(property)) return call
        return this.#lived(call)
      },
    })
  }

  #lived<Args extends unknown[], Result>(call: (...args: Args) => Result) {
    return async (...args: Args): Promise<Awaited<Result>> => {
      await this.#moment()
      const result = await call(...args)
      await this.#moment()
      return result
    }
  }

  async #moment(): Promise<void> {
    const isNow = this.#left === 0
    this.#left -= 1
    if (isNow && (await this.#meanwhile()) === 'dies') {
      this.#isDead = true
      this.#die()
    }
    if (this.#isDead) await new Promise(() => undefined)
  }
}
