/** D1, which tells of each question that it is asked, of a batch once. */
export function countQuestions(d1: D1Database, asked: () => void): D1Database {
  function counted(statement: D1PreparedStatement): D1PreparedStatement {
    const bind = statement.bind.bind(statement)
    const questions = (['all', 'run', 'raw', 'first'] as const).map((name) => {
      const ask = statement[name].bind(statement) as (...args: unknown[]) => unknown
      return [
        name,
        (...args: unknown[]) => {
          asked()
          return ask(...args)
        },
      ]
    })
    // A batch takes nothing but statements that D1 has made.
    return Object.assign(
      statement,
      { bind: (...values: unknown[]) => counted(bind(...values)) },
      Object.fromEntries(questions) as object,
    )
  }
  const prepare = (sql: string) => counted(d1.prepare(sql))
  const batch = (statements: D1PreparedStatement[]) => {
    asked()
    return d1.batch(statements)
  }
  return { prepare, batch } as D1Database
}
