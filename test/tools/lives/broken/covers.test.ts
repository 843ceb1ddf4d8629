import { beforeAll, describe, expect, it } from 'vitest'
import type * as CoversOfLemonSqueezy from '../../../../src/checkout/providers/lemonsqueezy/covers.ts'
import type * as CoversOfPaddle from '../../../../src/checkout/providers/paddle/covers.ts'
import type * as CoversOfPolar from '../../../../src/checkout/providers/polar/covers.ts'
import type * as CoversOfStripe from '../../../../src/checkout/providers/stripe/covers.ts'
import type { Covers } from '../../../../src/domain/purchases/register/fact.ts'
import { quickHashes } from '../../../../tools/lives/quick-hashes.ts'
import { hunt } from '../../../../tools/lives/broken/hunt.ts'
import { inWhichIsGivenBack } from '../../../../tools/lives/broken/such-lives.ts'

/** One reader is broken on purpose, and a life in which the real build keeps every promise breaks one. */

beforeAll(quickHashes)

const STRIPE = 'checkout/providers/stripe/covers.ts'
const PADDLE = 'checkout/providers/paddle/covers.ts'
const POLAR = 'checkout/providers/polar/covers.ts'
const LEMON_SQUEEZY = 'checkout/providers/lemonsqueezy/covers.ts'

describe(
  'a change or something extra that is taken for the payment of the period',
  { timeout: 60_000 },
  () => {
    it('is caught in what Stripe tells', async () => {
      const caught = await hunt<typeof CoversOfStripe>(
        STRIPE,
        () => ({ coversOf: ({ created }) => periodAround(created) }),
        { teller: 'stripe', such: inWhichIsGivenBack('change') },
      )
      expect(caught).not.toBeNull()
    })

    it('is caught in what Paddle tells', async () => {
      const caught = await hunt<typeof CoversOfPaddle>(
        PADDLE,
        () => ({ coversOf: (_transaction, _lines, boughtAt) => periodAround(boughtAt) }),
        { teller: 'paddle', such: inWhichIsGivenBack('change') },
      )
      expect(caught).not.toBeNull()
    })

    it('is caught in what Polar tells', async () => {
      const caught = await hunt<typeof CoversOfPolar>(
        POLAR,
        () => ({ coversOf: (_paysFor, createdAt) => periodAround(createdAt) }),
        { teller: 'polar', such: inWhichIsGivenBack('change') },
      )
      expect(caught).not.toBeNull()
    })

    it('is caught in what Lemon Squeezy tells', async () => {
      const caught = await hunt<typeof CoversOfLemonSqueezy>(
        LEMON_SQUEEZY,
        () => ({ coversOf: (_reason, createdAt) => periodAround(createdAt) }),
        { teller: 'lemonsqueezy', such: inWhichIsGivenBack('change') },
      )
      expect(caught).not.toBeNull()
    })
  },
)

/** Whichever period a moment falls into. */
function periodAround(startsAt: number): Covers {
  return { type: 'period', lines: [{ id: null, item: null, startsAt, endsAt: null, total: null }] }
}
