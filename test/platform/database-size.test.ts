import { describe, expect, it } from 'vitest'
import { DatabaseSize } from '../../src/platform/database-size.ts'
import { gatherTheLog, loggedDuring } from '../support/logged.ts'

gatherTheLog()

/** What is said of a database of a thousand bytes once it has so many. */
function at(bytes: number) {
  const size = new DatabaseSize(1000)
  size.isNow(bytes)
  const { warning, takesNewUsers, isFull } = size
  return { warning, takesNewUsers, isFull }
}

describe('the size of the database', () => {
  it.each([
    [0, null, true, false],
    [699, null, true, false],
    [700, 70, true, false],
    [849, 70, true, false],
    [850, 85, true, false],
    [949, 85, true, false],
    [950, 95, false, false],
    [999, 95, false, false],
    [1000, 100, false, true],
    [1200, 100, false, true],
  ])(
    'at %d of 1000 bytes: a warning of %s, new users %s, full %s',
    (bytes, warning, takesNewUsers, isFull) => {
      expect(at(bytes)).toEqual({ warning, takesNewUsers, isFull })
    },
  )

  it('is nothing to warn of before D1 has told it', () => {
    expect(new DatabaseSize(1000)).toMatchObject({ warning: null, takesNewUsers: true, isFull: false })
  })

  it('is warned of once for each bound, and again when it comes to it anew', async () => {
    const size = new DatabaseSize(1000)
    const lines = await loggedDuring(async () => {
      for (const bytes of [10, 700, 710, 700, 860, 955, 1000, 400, 720]) size.isNow(bytes)
    })
    expect(
      lines.map(({ level, event, percent, bytes, bytesMax }) => [level, event, percent, bytes, bytesMax]),
    ).toEqual([
      ['warn', 'database_filling', 70, 700, 1000],
      ['warn', 'database_filling', 86, 860, 1000],
      ['warn', 'database_filling', 95, 955, 1000],
      ['warn', 'database_filling', 100, 1000, 1000],
      ['warn', 'database_filling', 72, 720, 1000],
    ])
  })
})
