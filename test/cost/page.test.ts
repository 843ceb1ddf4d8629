import { expect, it } from 'vitest'
import page from '../../docs/cost.md?raw'
import { TITLES, rowOf } from './amplification-row.ts'
import { AMPLIFICATIONS } from './amplifications/all.ts'

const [BEGIN, END] = ['<!-- begin: test/cost/amplifications -->', '<!-- end: test/cost/amplifications -->']

/** The table as the page has it, without the line that rules it. */
function rowsOnPage(): readonly (readonly string[])[] {
  const text = page.split(BEGIN)[1]?.split(END)[0] ?? ''
  const lines = text.split('\n').filter((line) => line.startsWith('|') && !/^[|: -]+$/.test(line))
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

it('docs/cost.md tells what each caller can have the ledger do as it is counted: `npm run cost` writes it', () => {
  expect(rowsOnPage()).toEqual([TITLES, ...AMPLIFICATIONS.map(rowOf)])
})
