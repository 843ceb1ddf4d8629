import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { type Demand, NO_DEMAND } from '../../../../src/edge/freshness.ts'
import { Reader } from '../../../../src/edge/reader.ts'
import type { Evaluation } from '../../../../src/edge/reading.ts'
import { HUNT_MS } from '../../../../tools/simulation/broken/hunt-ms.ts'
import { hunt } from '../../../../tools/simulation/broken/hunt.ts'

/** A D1 in which a place that is taken stops nothing but the entry itself, as an UPDATE that matches no row would. */
function withoutAbort(real: D1Database): D1Database {
  const entries = new WeakSet<object>()
  const prepare = (sql: string) => {
    const marked = (statement: D1PreparedStatement): D1PreparedStatement => {
      if (sql.startsWith('INSERT INTO entries')) entries.add(statement)
      const bind = statement.bind.bind(statement)
      return Object.assign(statement, { bind: (...values: unknown[]) => marked(bind(...values)) })
    }
    return marked(real.prepare(sql))
  }
  const batch = async (statements: D1PreparedStatement[]) => {
    try {
      return await real.batch(statements)
    } catch (error) {
      if (!/entries follow one another|failed: entries/.test(String(error))) throw error
      return real.batch(statements.filter((statement) => !entries.has(statement)))
    }
  }
  return { prepare, batch } as unknown as D1Database
}

/** Answers from any copy, whatever version was asked for. */
class ForgetfulReader extends Reader {
  override read<Answer>(userId: string, { strong }: Demand, evaluation: Evaluation<Answer>) {
    return super.read(userId, { ...NO_DEMAND, strong }, evaluation)
  }
}

it(
  'a build whose compare-and-set does not abort is caught',
  async () => {
    expect(
      await hunt(
        { name: 'no-abort', d1: withoutAbort(env.DB) },
        /not intact|not at its place|answered 500/,
        52,
      ),
    ).not.toBeNull()
  },
  HUNT_MS,
)

it(
  'a build that reads KV under minVersion is caught',
  async () => {
    expect(
      await hunt(
        { name: 'no-min-version', makeReader: (deps) => new ForgetfulReader(deps) },
        /under minVersion was shown/,
        47,
      ),
    ).not.toBeNull()
  },
  HUNT_MS,
)
