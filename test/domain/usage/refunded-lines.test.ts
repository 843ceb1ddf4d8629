import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HOUR } from '../samples.ts'
import { Ledger, bought, consume, refunded, reserve } from './a-ledger.ts'

const UNIT = 5
const LINES = ['a', 'b'] as const
type Line = (typeof LINES)[number]

const line = fc.constantFrom(...LINES)
const amount = fc.integer({ min: 1, max: 12 })
const happening = fc.oneof(
  fc.record({ type: fc.constantFrom('consume', 'reserve'), amount }),
  fc.record({ type: fc.constant('refund'), line, quantity: fc.integer({ min: 1, max: 2 }) }),
)

/** Two lines of one purchase, of what comes anew every day or never. */
function aPurchase(isDaily: boolean, quantities: Readonly<Record<Line, number>>): Ledger {
  const ledger = new Ledger()
  const sold = { feature: 'calls', type: 'metered', amount: UNIT, perQuantity: true } as const
  const features = [isDaily ? { ...sold, reset: { every: 'day', rolloverMax: 0 } as const } : sold]
  ledger.products = { credits: { id: 'credits', features } }
  for (const name of LINES) ledger.told('order', [bought({ [name]: quantities[name] }, ledger.now)])
  return ledger
}

it('what is left of each line is what was paid for it and not spent of it, whatever is refunded of the other', () => {
  const quantities = fc.record({ a: fc.integer({ min: 1, max: 3 }), b: fc.integer({ min: 1, max: 3 }) })
  const some = fc.array(happening, { maxLength: 12 })
  fc.assert(
    fc.property(fc.boolean(), quantities, some, (isDaily, ordered, happenings) => {
      const ledger = aPurchase(isDaily, ordered)
      const [left, spent] = [{ ...ordered }, { a: 0, b: 0 }]
      for (const [index, what] of happenings.entries()) {
        if (what.type === 'refund') {
          ledger.told('order', [refunded(`r${index}`, what.line, what.quantity)])
          left[what.line] = Math.max(0, left[what.line] - what.quantity)
        } else {
          const entry = ledger.ask(
            what.type === 'consume' ? consume(what.amount) : reserve(what.amount, HOUR),
          )
          const takes =
            typeof entry === 'object' && entry !== null && 'takes' in entry.data ? entry.data.takes : []
          for (const take of takes) spent[take.entitlementId === 'order a calls' ? 'a' : 'b'] += take.amount
        }
        const there = LINES.map((name) => Math.max(0, left[name] * UNIT - spent[name]))
        expect(ledger.remaining()).toBe(there.reduce((sum, one) => sum + one, 0))
      }
    }),
  )
})
