import { answering } from '../../../src/app/answering.ts'
import { concluding } from '../../../src/checkout/processing/concluding.ts'
import type { CopyState, UserLedgerStub, UserLedgers } from '../../../src/ledger/ledger-client.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { Catalogs } from '../../../src/ledger/object/catalogs.ts'
import { UserLedgerObject } from '../../../src/ledger/object/user-ledger.ts'
import { FRESHNESS, POLICY } from './settings.ts'
import type { SimulatedD1 } from './d1.ts'
import type { SimulatedKv } from './kv.ts'
import { Life, never } from './schedule.ts'
import type { Surroundings } from './surroundings.ts'
import { DatabaseSize } from '../../../src/platform/database-size.ts'

/** After an alarm that failed the runtime tries again (https://developers.cloudflare.com/durable-objects/api/alarms/). */
const ALARM_RETRY_MS = 2000

interface Instance {
  readonly userId: string
  readonly life: Life
  readonly object: UserLedgerObject<object>
  /** What its storage was asked last: it does one thing after the other. */
  lastStored: Promise<unknown>
}

interface Alarm {
  readonly at: number
  /** It goes off no sooner; `Infinity` when it is stuck. */
  readonly notBefore: number
}

export interface ObjectsDeps {
  readonly d1: SimulatedD1
  readonly kv: SimulatedKv
  /** Of a real object: no other can be handed to the class that the runtime gives. */
  readonly state: DurableObjectState
  /** Called when a write of a user’s object is in. */
  readonly wrote: (userId: string) => void
}

/** The real objects of all users, as the runtime treats them: called, evicted, replaced and woken by alarms. */
export class Objects {
  readonly #around: Surroundings
  readonly #deps: ObjectsDeps
  readonly #instances = new Map<string, Instance>()
  readonly #alarms = new Map<string, Alarm>()
  readonly #wakened = new Set<string>()

  constructor(around: Surroundings, deps: ObjectsDeps) {
    this.#around = around
    this.#deps = deps
  }

  /** When each alarm that is set is to go off. */
  get alarms(): readonly number[] {
    return [...this.#alarms.values()].map(({ at }) => at)
  }

  /** Whose alarm would go off now. */
  get due(): readonly string[] {
    const now = this.#around.clock.now()
    const isDue = ([userId, { at, notBefore }]: readonly [string, Alarm]) =>
      at <= now && notBefore <= now && !this.#wakened.has(userId)
    return [...this.#alarms].filter(isDue).map(([userId]) => userId)
  }

  get users(): readonly string[] {
    return [...this.#instances.keys()]
  }

  /** The objects as a caller reaches them. */
  of(caller: Life): UserLedgers {
    return (userId): UserLedgerStub => ({
      submit: (submission: Submission) =>
        this.#call(caller, userId, ({ object }) => object.submit(structuredClone(submission))),
      snapshot: (copy: CopyState) => this.#call(caller, userId, ({ object }) => object.snapshot(copy)),
    })
  }

  /** From now on another instance gets the calls, and the first does not know. */
  replace(userId: string): void {
    this.#instances.delete(userId)
  }

  /** Frees alarms that were held back. */
  unstick(): void {
    for (const [userId, alarm] of this.#alarms) this.#alarms.set(userId, { ...alarm, notBefore: 0 })
  }

  /** Lets an alarm go off, unless something is wrong with it. */
  async wake(userId: string): Promise<void> {
    const { faults, clock, random } = this.#around
    const alarm = this.#alarms.get(userId)
    if (alarm === undefined) return
    if (faults.strikes('alarm: goes off late')) {
      this.#alarms.set(userId, { ...alarm, notBefore: clock.now() + random.of([5_000, 60_000, 7_200_000]) })
      return
    }
    if (faults.strikes('alarm: does not go off')) {
      this.#alarms.set(userId, { ...alarm, notBefore: Infinity })
      return
    }
    this.#alarms.delete(userId)
    this.#wakened.add(userId)
    const times = faults.strikes('alarm: goes off twice') ? 2 : 1
    for (let time = 0; time < times; time += 1) await this.#ring(userId)
    this.#wakened.delete(userId)
  }

  async #ring(userId: string): Promise<void> {
    const instance = this.#current(userId)
    try {
      await orBroken(instance, instance.object.alarm())
    } catch {
      if (!this.#alarms.has(userId)) this.#setAlarm(userId, this.#around.clock.now() + ALARM_RETRY_MS)
    }
  }

  async #call<T>(caller: Life, userId: string, work: (instance: Instance) => Promise<T>): Promise<T> {
    const { schedule, faults } = this.#around
    await schedule.turn(caller)
    if (faults.strikes('object: call is lost before it arrives')) throw this.#disconnected()
    if (faults.strikes('object: another one lives beside it')) this.replace(userId)
    const instance = this.#current(userId)
    const answer = structuredClone(await orBroken(instance, work(instance), () => this.#disconnected()))
    await schedule.turn(caller)
    if (faults.strikes('object: reply is lost')) throw this.#disconnected()
    return answer
  }

  #current(userId: string): Instance {
    const known = this.#instances.get(userId)
    if (known !== undefined && !known.life.isOver) return known
    const instance = this.#instance(userId)
    this.#instances.set(userId, instance)
    return instance
  }

  #instance(userId: string): Instance {
    const { d1, kv, state, wrote } = this.#deps
    const { faults, clock } = this.#around
    const life = new Life(() => faults.strikes('object: evicted at an await'))
    const db = d1.of(life, () => wrote(userId))
    const object = new UserLedgerObject<object>(
      state,
      {},
      {
        db,
        catalogs: async () => new Catalogs(db),
        size: new DatabaseSize(Infinity),
        kv: kv.writtenBy(life),
        answering: async () => answering,
        concluding: async () => concluding,
        policy: POLICY,
        now: clock.now,
        epoch: 1,
        allowMaxAgeMs: FRESHNESS.allowMaxAgeMs,
        snapshotTtlSeconds: FRESHNESS.staleIfErrorMs / 1000,
      },
    )
    const instance = { userId, life, object, lastStored: Promise.resolve() }
    Object.defineProperty(object, 'ctx', { value: this.#ctxOf(instance) })
    return instance
  }

  #ctxOf(instance: Instance) {
    const { userId } = instance
    const storage = {
      getAlarm: () => this.#stored(instance, () => this.#alarms.get(userId)?.at ?? null),
      setAlarm: (at: number) => this.#stored(instance, () => this.#setAlarm(userId, at)),
      deleteAlarm: () => this.#stored(instance, () => this.#alarms.delete(userId)),
      sync: () => this.#stored(instance, () => undefined),
    }
    const waitUntil = (work: Promise<unknown>) => void work.catch(() => undefined)
    return { id: { name: userId }, storage, waitUntil }
  }

  #setAlarm(userId: string, at: number): void {
    this.#alarms.set(userId, { at, notBefore: 0 })
  }

  /** Storage is what tells an instance that it was replaced: it breaks there. */
  async #stored<T>(instance: Instance, work: () => T): Promise<T> {
    const { schedule, faults } = this.#around
    const { life, userId } = instance
    const stored = instance.lastStored.then(async () => {
      await schedule.turn(life)
      if (this.#instances.get(userId) !== instance) {
        life.end()
        return never()
      }
      if (faults.strikes('object: storage fails')) throw new Error('Internal error in Durable Object storage')
      return work()
    })
    instance.lastStored = stored.catch(() => undefined)
    const answer = await stored
    await schedule.turn(life)
    return answer
  }

  #disconnected(): Error {
    return Object.assign(new Error('Network connection lost.'), {
      retryable: this.#around.random.chance(0.5),
    })
  }
}

/** What an instance answers, or that it broke before. */
function orBroken<T>(
  { life }: Instance,
  answer: Promise<T>,
  broken = () => new Error('The object was evicted'),
): Promise<T> {
  const end = life.ended.then(() => {
    throw broken()
  })
  return Promise.race([answer, end])
}
