import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type NamingContext,
  type Name,
  type NameRank,
  namedUser,
  userByNames,
  userOfPurchase,
} from '../../../src/domain/purchases/owners/named-user.ts'

const RANKS: readonly NameRank[] = ['hand', 'moved', 'own', 'session']

function name(rank: NameRank, userId: string, toldAt = 0): Name {
  return { rank, userId, toldAt }
}

const anyName = fc.record({
  rank: fc.constantFrom(...RANKS),
  userId: fc.constantFrom('ada', 'bob', 'cleo'),
  toldAt: fc.constantFrom(0, 1, 2),
})

const circumstances: NamingContext = { names: [], userId: null, isOfBefore: false, userOfCustomer: null }

describe('whose a purchase is by its names', () => {
  it('is nobody’s where nobody is named', () => {
    expect(namedUser([])).toEqual({ type: 'unnamed' })
  })

  it('is whom the object itself names, whatever its session says', () => {
    const names = [name('session', 'ada'), name('own', 'bob')]
    expect(namedUser(names)).toEqual({ type: 'user', userId: 'bob' })
  })

  it.each(RANKS)('is disputed where two names of rank %s name two users', (rank) => {
    expect(namedUser([name(rank, 'ada'), name(rank, 'bob'), name('session', 'ada')])).toEqual({
      type: 'disputed',
    })
  })

  it('is decided by hand, by a word that came last of those by hand', () => {
    const names = [name('own', 'ada'), name('own', 'bob'), name('hand', 'cleo', 1), name('hand', 'ada', 2)]
    expect(namedUser(names)).toEqual({ type: 'user', userId: 'ada' })
  })

  it('is the same in every order and however often a name is told', () => {
    fc.assert(
      fc.property(
        fc.array(anyName, { maxLength: 8 }).chain((names) =>
          fc.record({
            names: fc.constant(names),
            told: fc.shuffledSubarray([...names, ...names], {
              minLength: names.length * 2,
              maxLength: names.length * 2,
            }),
          }),
        ),
        ({ names, told }) => {
          expect(namedUser(told)).toEqual(namedUser(names))
        },
      ),
    )
  })

  it('is never somebody whom no name names', () => {
    fc.assert(
      fc.property(fc.array(anyName), (names) => {
        const whose = namedUser(names)
        if (whose.type === 'user') expect(names.map(({ userId }) => userId)).toContain(whose.userId)
      }),
    )
  })
})

describe('whose a purchase is that names nobody', () => {
  it('is its customer’s', () => {
    expect(userOfPurchase({ ...circumstances, userOfCustomer: 'ada' })).toEqual({
      type: 'user',
      userId: 'ada',
    })
  })

  it('stays whose it is when its customer is forgotten', () => {
    expect(userOfPurchase({ ...circumstances, userId: 'ada' })).toEqual({ type: 'user', userId: 'ada' })
  })

  it('is nobody’s where its customer is nobody', () => {
    expect(userOfPurchase(circumstances)).toEqual({ type: 'unnamed' })
  })
})

describe('a purchase of before names were kept', () => {
  const before: NamingContext = { ...circumstances, userId: 'ada', isOfBefore: true }

  it('stays with its user whatever its events name', () => {
    const names = [name('own', 'bob'), name('session', 'cleo')]
    expect(userOfPurchase({ ...before, names })).toEqual({ type: 'user', userId: 'ada' })
  })

  it('goes to whom somebody gives it by hand', () => {
    expect(userOfPurchase({ ...before, names: [name('hand', 'bob', 1)] })).toEqual({
      type: 'user',
      userId: 'bob',
    })
  })
})

describe('which user a customer is by names', () => {
  it('is whom all of them name, and nobody once they name two', () => {
    expect(userByNames([])).toBe(null)
    expect(userByNames(['ada', 'ada'])).toBe('ada')
    expect(userByNames(['ada', 'bob', 'ada'])).toBe(null)
  })
})
