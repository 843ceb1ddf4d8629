/** What happens to one append on its way to the real D1. */
export type Fault =
  /** Nothing is recorded, and the caller hears of an outage. */
  | 'lost on the way'
  /** It is recorded, and the caller hears of an outage. */
  | 'reply lost'
  /** It is recorded only after the caller was told of an outage. */
  | 'late'
  /** Nothing is recorded, and the caller hears why: the database has no room, the account’s day is used up, it only reads. */
  | keyof typeof SAID

/** What D1 says of a database that takes nothing, by what is the matter (https://developers.cloudflare.com/d1/observability/debug-d1/). */
export const SAID = {
  full: 'D1_ERROR: Exceeded maximum DB size.',
  'over quota': "D1_ERROR: Your account has exceeded D1's free tier daily row write limit.",
  'read only': 'D1_ERROR: attempt to write a readonly database: SQLITE_READONLY',
} as const

/** The real D1, of which the next appends meet the faults that are queued; loads and questions pass. */
export class FaultyD1 {
  readonly faults: Fault[] = []
  /** How many of the next questions (what is at our place?) are not answered. */
  unansweredQuestions = 0
  /** How many statements were made so far. */
  statements = 0
  /** Called before each append leaves. */
  beforeAppend: () => Promise<void> = () => Promise.resolve()
  readonly db: D1Database
  #late: (() => Promise<unknown>)[] = []

  constructor(real: D1Database) {
    const sqlOf = new WeakMap<object, string>()
    const traced = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
      sqlOf.set(statement, sql)
      const bind = statement.bind.bind(statement)
      statement.bind = (...values) => traced(bind(...values), sql)
      if (sql.startsWith('select "hash"')) {
        const raw = statement.raw.bind(statement)
        statement.raw = (() => {
          this.unansweredQuestions -= 1
          if (this.unansweredQuestions >= 0) throw new Error('D1_ERROR: Network connection lost.')
          return raw()
        }) as typeof raw
      }
      return statement
    }
    this.db = new Proxy(real, {
      get: (target, property) => {
        if (property === 'prepare') {
          return (sql: string) => {
            this.statements += 1
            return traced(target.prepare(sql), sql)
          }
        }
        if (property === 'batch') {
          return (statements: D1PreparedStatement[]) => {
            const isAppend = statements.some((statement) => sqlOf.get(statement)?.startsWith('INSERT'))
            return isAppend ? this.#append(() => target.batch(statements)) : target.batch(statements)
          }
        }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  /** Lets the late appends arrive now. */
  async arriveLate(): Promise<PromiseSettledResult<unknown>[]> {
    return Promise.allSettled(this.#late.splice(0).map((send) => send()))
  }

  async #append(send: () => Promise<unknown>): Promise<unknown> {
    await this.beforeAppend()
    const fault = this.faults.shift()
    switch (fault) {
      case undefined:
        return send()
      case 'lost on the way':
        throw new Error('D1_ERROR: Network connection lost.')
      case 'reply lost':
        await send()
        throw new Error('D1_ERROR: Network connection lost.')
      case 'late':
        this.#late.push(send)
        throw new Error('D1_ERROR: Network connection lost.')
      case 'full':
      case 'over quota':
      case 'read only':
        throw new Error(SAID[fault])
    }
  }
}
