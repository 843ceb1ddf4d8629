import type { Meter } from './counts.ts'
import { only } from './only.ts'

/** A statement as it was asked. */
export interface Asked {
  readonly sql: string
  readonly values: readonly unknown[]
}

interface CountedD1 {
  readonly meter: Meter
  /** Whether it is the D1 of an object. */
  readonly isOfObject: boolean
  readonly onAsked?: (asked: Asked) => void
}

/** The real D1. Each question and its rows are counted, as D1 tells them, with the rows of every index. */
export function countedD1(real: D1Database, { meter, isOfObject, onAsked }: CountedD1): D1Database {
  const askedBy = new WeakMap<D1PreparedStatement, Asked>()

  async function count<Answer extends D1Result | D1Result[]>(
    statements: readonly D1PreparedStatement[],
    question: Promise<Answer>,
  ): Promise<Answer> {
    meter.add('d1Calls')
    if (isOfObject) meter.add('objectD1Calls')
    for (const statement of statements) {
      const asked = askedBy.get(statement)
      if (asked === undefined) throw new Error('A statement came from elsewhere')
      onAsked?.(asked)
    }
    const answer = await question
    for (const { meta } of Array.isArray(answer) ? answer : [answer]) {
      meter.add('rowsRead', meta.rows_read)
      meter.add('rowsWritten', meta.rows_written)
    }
    return answer
  }

  function counted(statement: D1PreparedStatement, asked: Asked): D1PreparedStatement {
    const bind = statement.bind.bind(statement)
    const all = statement.all.bind(statement)
    const run = statement.run.bind(statement)
    const raw = statement.raw.bind(statement)
    askedBy.set(statement, asked)
    return Object.assign(statement, {
      bind: (...values: unknown[]) => counted(bind(...values), { ...asked, values }),
      all: () => count([statement], all()),
      run: () => count([statement], run()),
      raw: async () => {
        // Raw rows come without their count, so it is asked for beside them; a change cannot be asked for twice.
        const { results } = await count([statement], all())
        return /^\s*select/i.test(asked.sql) ? raw() : results.map((row) => Object.values(row as object))
      },
      first: () => Promise.reject(new Error('"first" is not counted')),
    })
  }

  return only<D1Database>({
    prepare: (sql: string) => counted(real.prepare(sql), { sql, values: [] }),
    batch: (statements: D1PreparedStatement[]) => count(statements, real.batch(statements)),
  })
}
