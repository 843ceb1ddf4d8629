import { describe, expect, it } from 'vitest'
import { bundleOfNow } from '../../tools/rollback/bundle-of.mjs'
import { goBack } from '../../tools/rollback/go-back.mjs'
import { keptBundle, keptDatabase } from '../../tools/rollback/kept.mjs'

describe('the bundle of the version before, on a database with all migrations', () => {
  it('serves, knows what it wrote, and carries out nothing twice that the version here was asked', async () => {
    const after = await bundleOfNow()
    const { wrong, replays } = await goBack({ kept: keptDatabase(), before: keptBundle(), after })
    expect(wrong).toEqual([])
    expect(replays.map(({ added }) => added)).toEqual([0, 0, 0])
  }, 60_000)
})
