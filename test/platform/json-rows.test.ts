import { env } from 'cloudflare:workers'
import { getTableColumns, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { askForRows, jsonOf, jsonRows, type Part, rowOf, rowsOf } from '../../src/platform/json-rows.ts'
import { features } from '../../src/schema/catalog-tables.ts'
import { entitlements } from '../../src/schema/user-tables.ts'
import { withExportFeature } from '../support/ledger.ts'

beforeAll(withExportFeature)

const ONE = { json: sql`json_object('one', 1)`, from: sql`(SELECT 1)` }

function asked(parts: Readonly<Record<string, Part>>) {
  return askForRows(env.DB, [jsonRows(parts)])
}

describe('rows of several tables by one statement', () => {
  it('say what a row of their own would, whatever is written in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('a"\\b\0c\n')), async (text) => {
        const from = sql`(SELECT ${text} AS value)`
        const [alone] = await drizzle(env.DB)
          .select({ is: sql`value` })
          .from(from)
        const rows = await asked({ other: ONE, text: { json: sql`json_object('is', value)`, from } })
        expect(rowsOf(rows, 'text')).toEqual([alone])
        expect(rowsOf(rows, 'other')).toEqual([{ one: 1 }])
      }),
      { numRuns: 100 },
    )
  })

  it('are by the names of the properties, with what is null', async () => {
    const from = sql`features WHERE features.key = 'export'`
    const [row] = rowsOf(await asked({ feature: { json: jsonOf(features), from } }), 'feature')
    expect(row).toMatchObject({ key: 'export', type: 'boolean', overage: 'deny', archivedAt: null })
  })

  it('are lists of what is stored where a table has truths, or more columns than D1 takes by their names', async () => {
    const stored = Object.keys(getTableColumns(entitlements)).map((name) => (name === 'trial' ? 1 : null))
    expect(rowOf(entitlements, stored)).toMatchObject({ trial: true, startsAt: null })
    expect(() => jsonOf(entitlements)).toThrow('32 arguments')
  })

  it('are of more tables than D1 takes beside each other', async () => {
    const parts = Object.fromEntries(Array.from({ length: 26 }, (_one, index) => [`part${index}`, ONE]))
    expect(new Set((await asked(parts)).map(({ kind }) => kind))).toEqual(new Set(Object.keys(parts)))
  })
})
