import { beforeAll, describe, expect, it } from 'vitest'
import { liveMany } from '../../../tools/lives/many.ts'
import { quickHashes } from '../../../tools/lives/quick-hashes.ts'
import { PROVIDERS } from '../../../tools/lives/worlds.ts'
import { IS_WHOLE } from '../../support/whole.ts'

/** In these everything happens that can, in the first half of them as well. */
const KNOWN = Array.from({ length: IS_WHOLE ? 280 : 140 }, (_, index) => 1 + index)

/** How many that nobody has lived through before, of each provider. */
const FRESH = 20

beforeAll(quickHashes)

describe('what was paid for may be used, no more and no less', () => {
  it.each(PROVIDERS)('in lives told by %s', { timeout: 240_000 }, async (provider) => {
    const from = 1_000_000 + Math.floor(Math.random() * 2 ** 30)
    const fresh = Array.from({ length: FRESH }, (_, index) => from + index)
    const { broken, coverage } = await liveMany([...KNOWN, ...fresh], provider, 'two')
    const told = broken
      .filter(({ story }) => story.length > 0)
      .map(({ seed, story }) =>
        [...story, `  npm run lives -- --provider ${provider} --seed ${seed} --count 1`].join('\n'),
      )
    expect(told.join('\n\n'), `${broken.length} lives`).toBe('')
    expect(coverage.missed(provider), 'what never happened').toEqual([])
  })
})
