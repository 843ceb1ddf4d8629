import { env } from 'cloudflare:workers'
import type { UserLedger } from '../../src/worker.ts'

/**
 * Makes an object that dies at its n-th moment: every call to D1, KV or its storage has one before it is
 * carried out and one after. What is dead never answers, as if it had been evicted there.
 */
export class Dying {
  readonly death: Promise<'died'>
  #left: number
  #die: () => void = () => undefined

  constructor(moment: number) {
    this.#left = moment
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

  #mortal<Target extends object>(target: Target, calls: readonly string[]): Target {
    return new Proxy(target, {
      get: (_target, property) => {
        const value: unknown = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => unknown
        if (typeof property !== 'string' || !calls.includes(property)) return call
        return async (...args: unknown[]) => {
          await this.#moment()
          const result = await call(...args)
          await this.#moment()
          return result
        }
      },
    })
  }

  async #moment(): Promise<void> {
    if (this.#left === 0) this.#die()
    this.#left -= 1
    if (this.#left < 0) await new Promise(() => undefined)
  }
}
