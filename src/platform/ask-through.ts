/** How something is asked, and answered the same. */
export type Through = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>

/** D1, whose questions are all asked through this, a batch as one. */
export function askThrough(d1: D1Database, through: Through): D1Database {
  function passed(statement: D1PreparedStatement): D1PreparedStatement {
    const bind = statement.bind.bind(statement)
    const questions = (['all', 'run', 'raw', 'first'] as const).map((name) => {
      const ask = statement[name].bind(statement) as (...args: unknown[]) => Promise<unknown>
      return [name, (...args: unknown[]) => through(() => ask(...args))]
    })
    // A batch takes nothing but statements that D1 has made.
    return Object.assign(
      statement,
      { bind: (...values: unknown[]) => passed(bind(...values)) },
      Object.fromEntries(questions) as object,
    )
  }
  const prepare = (sql: string) => passed(d1.prepare(sql))
  const batch = (statements: D1PreparedStatement[]) => through(() => d1.batch(statements))
  return { prepare, batch } as D1Database
}
