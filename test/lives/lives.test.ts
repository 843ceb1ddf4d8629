import { beforeAll, describe, expect, it } from 'vitest'
import { ABILITIES, TELLERS } from './abilities.ts'
import { kindsOf } from './kinds.ts'
import { liveMany } from './many.ts'
import { quickHashes } from './quick-hashes.ts'

/** These and the same again: in them happens all that can. */
const KNOWN = Array.from({ length: 300 }, (_, index) => 1 + index)

/** How many that nobody has lived through before, of each provider. */
const FRESH = 50

beforeAll(quickHashes)

describe('what was paid for may be used, no more and no less', () => {
  it.each(TELLERS)('in lives told by %s', { timeout: 240_000 }, async (teller) => {
    const from = 1_000_000 + Math.floor(Math.random() * 2 ** 30)
    const fresh = Array.from({ length: FRESH }, (_, index) => from + index)
    const { broken, coverage } = await liveMany([...KNOWN, ...fresh], teller)
    const told = broken.flatMap(({ seed, story }) => [
      ...story,
      `npm run lives -- --provider ${teller} --seed ${seed} --count 1`,
    ])
    expect(told.join('\n')).toBe('')
    const seen = new Set(coverage.cells().map(([cell]) => cell))
    const missed = kindsOf(ABILITIES[teller]).filter((kind) => !seen.has(`${teller} | ${kind} | `))
    expect(missed, 'what never happened').toEqual([])
  })
})
