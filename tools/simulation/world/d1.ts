import { env } from 'cloudflare:workers'
import type { Surroundings } from './surroundings.ts'
import { type Life, never } from './schedule.ts'

/** D1 ends a batch that has not been carried out after this long. */
const D1_LIMIT_MS = 30_000

/** What D1 says when nobody knows (https://developers.cloudflare.com/d1/observability/debug-d1/). */
const OUTAGES = [
  'D1_ERROR: Network connection lost.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1_ERROR: D1 DB reset because its code was updated.',
  'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
  'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
] as const

const ASKED = ['raw', 'all', 'run', 'first'] as const

interface LateWrite {
  readonly arrive: () => Promise<void>
  /** By the time that has elapsed. */
  readonly until: number
}

/** The real D1 over a connection that loses, delays and reorders. */
export class SimulatedD1 {
  readonly #world: Surroundings
  readonly #real: D1Database
  #late: LateWrite[] = []

  constructor(world: Surroundings, real: D1Database = env.DB) {
    this.#world = world
    this.#real = real
  }

  /** How many writes are still on their way. Those that took too long never arrive. */
  get late(): number {
    this.#late = this.#late.filter(({ until }) => this.#world.clock.elapsed < until)
    return this.#late.length
  }

  async arriveLate(): Promise<void> {
    const place = this.#world.random.below(this.late)
    await this.#late.splice(place, 1)[0]?.arrive()
  }

  /** D1 as somebody sees it. `wrote` is called when a write of theirs is in, whether they hear of it or not. */
  of(life: Life, wrote: () => Promise<void> | void = () => undefined): D1Database {
    const sqlOf = new WeakMap<object, string>()
    const isWrite = (statement: object) => /^\s*(insert|update|delete)/i.test(sqlOf.get(statement) ?? '')
    const traced = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
      sqlOf.set(statement, sql)
      const bind = statement.bind.bind(statement)
      const calls = ASKED.map((name) => {
        const send: (this: D1PreparedStatement) => Promise<unknown> = statement[name]
        return [name, () => this.#call(life, isWrite(statement), () => send.call(statement), wrote)]
      })
      return Object.assign(
        statement,
        { bind: (...values: unknown[]) => traced(bind(...values), sql) },
        Object.fromEntries(calls),
      )
    }
    const prepare = (sql: string) => traced(this.#real.prepare(sql), sql)
    const batch = (statements: D1PreparedStatement[]) =>
      this.#call(life, statements.some(isWrite), () => this.#real.batch(statements), wrote)
    return { prepare, batch } as unknown as D1Database
  }

  async #call(
    life: Life,
    isWrite: boolean,
    send: () => Promise<unknown>,
    wrote: () => Promise<void> | void,
  ): Promise<unknown> {
    const { schedule, faults, clock } = this.#world
    const sentAt = clock.elapsed
    await schedule.turn(life)
    if (clock.elapsed >= sentAt + D1_LIMIT_MS) throw this.#outage()
    if (!isWrite) {
      if (faults.strikes('D1: read fails')) throw this.#outage()
      if (faults.strikes('D1: read is never answered')) return never()
    }
    const arrive = () =>
      this.#world.schedule.real(send).then(async (answer) => {
        if (isWrite) await wrote()
        return answer
      })
    if (isWrite) {
      if (faults.strikes('D1: write refused as overloaded')) throw new Error('D1_ERROR: D1 DB is overloaded.')
      if (faults.strikes('D1: write lost before the commit')) throw this.#outage()
      if (faults.strikes('D1: write arrives after the caller was told of an outage')) {
        this.#delay(arrive)
        throw this.#outage()
      }
      if (faults.strikes('D1: write arrives while nobody is answered')) {
        this.#delay(arrive)
        return never()
      }
    }
    const answer = await arrive()
    await schedule.turn(life)
    if (isWrite && faults.strikes('D1: reply lost after the commit')) throw this.#outage()
    return answer
  }

  #delay(arrive: () => Promise<unknown>): void {
    const until = this.#world.clock.elapsed + D1_LIMIT_MS
    this.#late.push({ until, arrive: () => arrive().then(ignored, ignored) })
  }

  #outage(): Error {
    return new Error(this.#world.random.of(OUTAGES))
  }
}

function ignored(): void {}
