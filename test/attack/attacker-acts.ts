import fc from 'fast-check'
import type { Provider } from '../checkout/signatures/senders.ts'
import { ATTACKER, OTHER, VICTIM } from './people.ts'
import { ANONYMOUS, STORES } from './tills/app-store.ts'
import { GOODS } from './tills/till.ts'

/** Whatever may stand in a field. */
const NAMES = [VICTIM, ATTACKER, OTHER, null, '', 'u victim', '__proto__ ', `el1_${'A'.repeat(60)}`] as const

/** Before the victim bought anything, when they did, and afterwards. */
const MOMENTS = ['2026-12-01T00:00:00Z', '2027-03-01T09:00:00Z', '2027-08-01T00:00:00Z'] as const

/** Orders of some lines, and of one too many for one purchase. */
const LINES = [3, 251] as const

const goods = fc.constantFrom(...GOODS)
const at = fc.constantFrom(...MOMENTS)
const quantity = fc.integer({ min: 1, max: 40 })
const sale = {
  goods,
  quantity,
  customer: fc.constantFrom('attacker', 'victim'),
  name: fc.constantFrom(...NAMES),
  isNamedByServer: fc.boolean(),
  at,
} as const
// Most often bought as the victim, and then restored.
const path = fc.oneof(
  fc.constantFrom([VICTIM, ATTACKER], [ANONYMOUS, VICTIM, ATTACKER], [ATTACKER, VICTIM, ATTACKER]),
  fc.array(fc.constantFrom(VICTIM, ATTACKER, ANONYMOUS), { minLength: 1, maxLength: 4 }),
)

const buys = fc.record({
  type: fc.constant('buys'),
  ...sale,
  ends: fc.constantFrom('nothing', 'refunded', 'disputed'),
})
const opens = fc.record({ type: fc.constant('opens'), ...sale })
const restores = fc.record({
  type: fc.constant('restores'),
  goods,
  path,
  store: fc.constantFrom(...STORES),
  ends: fc.constantFrom('nothing', 'renewed', 'refunded'),
})
const forges = fc.record({ type: fc.constant('forges'), which: fc.nat(99) })
const replays = fc.record({ type: fc.constant('replays'), which: fc.nat(99), shop: fc.nat(3) })
const fills = fc.record({ type: fc.constant('fills'), lines: fc.constantFrom(...LINES) })

type ActOf<T> = T extends fc.Arbitrary<infer U> ? U : never
export type Act = ActOf<
  typeof buys | typeof opens | typeof restores | typeof forges | typeof replays | typeof fills
>

/** What an attacker can do there. */
function actAt(provider: Provider): fc.Arbitrary<Act> {
  switch (provider) {
    case 'revenuecat':
      return fc.oneof({ arbitrary: restores, weight: 4 }, replays)
    case 'stripe':
    case 'lemonsqueezy':
      return fc.oneof({ arbitrary: buys, weight: 3 }, opens, forges, replays)
    case 'shopify':
      return fc.oneof({ arbitrary: buys, weight: 3 }, opens, fills, { arbitrary: replays, weight: 2 })
    case 'paddle':
    case 'polar':
    case 'standard-webhooks':
      return fc.oneof({ arbitrary: buys, weight: 3 }, opens, replays)
  }
}

/** What they do, each with the moments at which it is told, and told again. */
export function actsAt(provider: Provider) {
  const whens = fc.array(fc.nat(999), { minLength: 4, maxLength: 8 })
  return fc.array(fc.record({ act: actAt(provider), whens, isAgain: fc.boolean() }), {
    minLength: 2,
    maxLength: 8,
  })
}
