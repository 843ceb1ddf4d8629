import { expect, it } from 'vitest'
import { pageAt, rowsOf } from './pages.ts'

const texts: Record<string, string> = import.meta.glob('../../migrations/*.sql', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** What all migrations, one after another, have made and left there. */
function made(kind: 'TABLE' | 'INDEX'): readonly string[] {
  const steps = Object.entries(texts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => [
      ...text.matchAll(
        /^(?:CREATE (TABLE|INDEX) (\w+)|DROP (TABLE|INDEX) (\w+)|ALTER TABLE (\w+) RENAME TO (\w+))/gm,
      ),
    ])
  const names = new Set<string>()
  for (const [, createdKind, created = '', droppedKind, dropped = '', from = '', to = ''] of steps) {
    if (createdKind === kind) names.add(created)
    if (droppedKind === kind) names.delete(dropped)
    if (kind === 'TABLE' && names.delete(from)) names.add(to)
  }
  return [...names].toSorted((a, b) => (a < b ? -1 : 1))
}

/** The names in the first cells of the tables whose first column has this head. */
function documented(head: 'table' | 'index'): readonly string[] {
  const tables = pageAt('docs/operating/storage-schema.md').split(/\n\n(?=\|)/)
  const its = tables.filter((table) => new RegExp(`^\\| *${head} *\\|`).test(table))
  const names = its
    .flatMap((table) => rowsOf(table))
    .flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
  return names.toSorted((a, b) => (a < b ? -1 : 1))
}

it('every table of the migrations has a row, and every row a table', () => {
  expect(made('TABLE').length).toBeGreaterThan(20)
  expect(documented('table')).toEqual(made('TABLE'))
})

it('every index of the migrations has a row, and every row an index', () => {
  expect(made('INDEX').length).toBeGreaterThan(10)
  expect(documented('index')).toEqual(made('INDEX'))
})
