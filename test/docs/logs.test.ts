import { expect, it } from 'vitest'
import { sources } from '../structure/sources.ts'
import { pageAt, rowsOf } from './pages.ts'

/** Each event with its levels, as the code writes it. */
const written = [...sources.values()]
  .flatMap((text) => [...text.matchAll(/\blog\(\s*'(info|warn|error)',\s*'([a-z0-9_]+)'/g)])
  .map(([, level = '', event = '']) => ({ level, event }))

const [, tables = ''] = pageAt('docs/operating/logs.md').split('\n## Requests\n')
const rows = rowsOf(tables)

function levelsOf(event: string): string {
  const levels = new Set(written.filter((one) => one.event === event).map(({ level }) => level))
  return [...levels].toSorted().join(', ')
}

it('every event of the log has a row, and every row an event', () => {
  const events = new Set(written.map(({ event }) => event))
  expect(events.size).toBeGreaterThan(25)
  expect(rows.map(([name = '']) => name).toSorted()).toEqual(
    [...events].map((event) => `\`${event}\``).toSorted(),
  )
})

it.each(rows.map(([name = '', level = '']) => [name.replaceAll('`', ''), level]))(
  '%s is told with the level that it has',
  (event, level) => {
    expect(level).toBe(levelsOf(event))
  },
)

it('every row says when, what it tells and what to do', () => {
  expect(rows.filter((row) => row.length !== 5 || row.includes(''))).toEqual([])
})

it('what to watch are events of the log', () => {
  const [watched = ''] = pageAt('docs/operating/logs.md').split('\n## Requests\n')
  const names = rowsOf(watched).flatMap(([what = '']) => /^(?:no )?`([a-z_]+)`/.exec(what)?.[1] ?? [])
  expect(names.length).toBeGreaterThan(4)
  expect(names.filter((name) => levelsOf(name) === '')).toEqual([])
})
