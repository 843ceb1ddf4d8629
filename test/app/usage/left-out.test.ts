import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { IS_WHOLE } from '../../support/whole.ts'
import { HELD_BEYOND, Pair, USED_UP, happening, withPacks } from './a-pair.ts'

beforeAll(withPacks)

describe('spent lots that are not loaded', () => {
  it('are missed by nobody: whatever happens is answered as if all were', { timeout: 300_000 }, async () => {
    let leftOut = 0
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 30, size: 'max' }), async (all) => {
        const pair = new Pair()
        for (const what of [...USED_UP, ...all]) await pair.happen(what)
        await pair.areIntact()
        leftOut += pair.leftOut
      }),
      { numRuns: IS_WHOLE ? 200 : 10, endOnFailure: true, examples: [[HELD_BEYOND]] },
    )
    expect(leftOut).toBeGreaterThan(200)
  })
})
