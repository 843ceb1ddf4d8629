import { describe, expect, it } from 'vitest'
import { SECOND } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aCountedPlace } from './a-counted-place.ts'
import { NO_COUNTS } from './counts.ts'
import { OPERATIONS } from './operations/all.ts'

stopTheClock()

describe('an operation asks of the platform what its price is made of, and no more', () => {
  it.for(OPERATIONS)(
    '$name',
    { timeout: 20_000 },
    async ({ arrange, bindings, counts, rowsReadMax = 0, ...operation }, { task }) => {
      const place = await aCountedPlace({ bindings })
      const act = await arrange(place)
      await place.settle()
      pass(SECOND) // an object publishes once a second: what is arranged shall not be in the way
      place.meter.reset()
      await act()
      await place.settle()
      const counted = place.meter.counts
      // For `npm run cost`, which knows the prices.
      Object.assign(task.meta, { operation, counted })
      expect(counted).toEqual({ ...NO_COUNTS, ...counts, rowsRead: counted.rowsRead })
      expect(counted.rowsRead).toBeLessThanOrEqual(rowsReadMax)
    },
  )
})
