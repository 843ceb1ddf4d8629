import { describe, expect, it } from 'vitest'
import { SECOND } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aCountedPlace } from './a-counted-place.ts'
import { AMPLIFICATIONS } from './amplifications/all.ts'
import { type Made, NOTHING_MADE, countedWork } from './made.ts'
import { TITLES, rowOf } from './amplification-row.ts'

stopTheClock()

describe('what a caller can have the ledger do at most', () => {
  it.for(AMPLIFICATIONS)('$caller: $asks', async (amplification, { task }) => {
    const { bindings, arrange, makes } = amplification
    // For `npm run cost`, which writes the page.
    Object.assign(task.meta, { titles: TITLES, row: rowOf(amplification) })
    const place = await aCountedPlace({ bindings })
    const act = await arrange(place)
    await place.settle()
    pass(SECOND)
    place.meter.reset()
    const worked = countedWork()
    await act()
    const made = { ...madeAt(place.meter.counts), ...worked() }
    expect(made).toEqual({ ...NOTHING_MADE, ...makes, rowsRead: made.rowsRead })
    expect(made.rowsRead).toBeLessThanOrEqual(makes.rowsRead ?? 0)
  })
})

function madeAt(
  counts: Pick<Made, 'kvReads' | 'kvWrites' | 'objectCalls' | 'd1Calls' | 'rowsRead' | 'rowsWritten'>,
) {
  const { kvReads, kvWrites, objectCalls, d1Calls, rowsRead, rowsWritten } = counts
  return { kvReads, kvWrites, objectCalls, d1Calls, rowsRead, rowsWritten }
}
