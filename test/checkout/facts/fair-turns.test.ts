import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FairTurns } from '../../../src/checkout/jobs/fair-turns.ts'
import type { Due } from '../../../src/inbox/due-events.ts'

const someDue = fc.array(fc.record({ buyer: fc.nat(5), dueAt: fc.nat(8) }), { maxLength: 60 }).map((all) =>
  all.map(({ buyer, dueAt }, index): Due => {
    return { id: `inb_${String(index).padStart(3, '0')}`, dueAt, turnOf: `customer:${buyer}` }
  }),
)

function inTurns(due: readonly Due[]): readonly Due[] {
  const turns = new FairTurns()
  const taken: Due[] = []
  for (let left = due; left.length > 0; left = left.filter((one) => !taken.includes(one))) {
    const next = turns.next(left)
    if (next === null) break
    taken.push(next)
  }
  return taken
}

it('everybody’s event has its turn once', () => {
  fc.assert(
    fc.property(someDue, (due) => {
      expect(inTurns(due).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(due)
    }),
  )
})

it('who has an event that is due waits for three of each other buyer, and for what has been due for longest', () => {
  fc.assert(
    fc.property(someDue, (due) => {
      const taken = inTurns(due)
      const buyers = new Set(due.map(({ turnOf }) => turnOf))
      for (const buyer of buyers) {
        const first = taken.findIndex(({ turnOf }) => turnOf === buyer)
        // Of four turns one is of what has been due for longest, whoever’s it is.
        expect(first).toBeLessThan(buyers.size * 4)
      }
    }),
  )
})

it('of one buyer the newest wake goes first, in the order of arrival, but for each fourth', () => {
  const due = [1, 1, 2, 2, 3, 3].map((dueAt, index) => ({ id: `inb_${index}`, dueAt, turnOf: 'customer:1' }))
  expect(inTurns(due).map(({ id }) => id)).toEqual(['inb_4', 'inb_5', 'inb_2', 'inb_0', 'inb_3', 'inb_1'])
})
