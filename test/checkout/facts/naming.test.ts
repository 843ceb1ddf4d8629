import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Naming, weighNames } from '../../../src/checkout/admission/weigh-names.ts'
import { signUserId } from '../../../src/checkout/admission/sign-user-id.ts'
import { writtenUser } from '../../../src/checkout/provider/written-user.ts'
import { isOfBuyer } from '../../../src/domain/purchases/owners/named-user.ts'
import type { LinkFact, SubscriptionFact, NameWriter } from '../../../src/domain/purchases/register/fact.ts'
import { importsOf, sources } from '../../structure/sources.ts'

const KEY = 'a-key-of-the-shop-s-server-0123456789'
const NOW = Date.UTC(2027, 0, 15, 8)

function aLink(facts: Partial<LinkFact>): LinkFact {
  return {
    type: 'link',
    customer: 'cus_1',
    refs: ['sub_1', 'cs_1'],
    userId: 'ada',
    rank: 'session',
    writer: 'buyer',
    ...facts,
  }
}

function weigh(link: LinkFact, naming: Naming | null = null, keys: readonly string[] = [KEY]) {
  const namings = new Map(naming === null ? [] : [['stripe', naming] as const])
  return weighNames({ namings, namingKeys: keys }, { provider: 'stripe', occurredAt: NOW }, [link])
}

const signed = (facts: { userId?: string; expiresAt?: number } = {}, key = KEY) =>
  signUserId(key, { userId: 'ada', expiresAt: NOW + 3_600_000, ...facts })

const NOBODY = { facts: [aLink({ userId: null })], flags: ['unsigned_user_id'] }
const OF_PURCHASE = aLink({ customer: null })

describe('what a buyer can write', () => {
  it('names the user of the purchase by the weakest rank, which says nothing of a customer', async () => {
    const { facts, flags } = await weigh(aLink({}))
    expect(facts).toEqual([aLink({ rank: 'buyer_session' })])
    expect((await weigh(aLink({ rank: 'own' }))).facts).toEqual([aLink({ rank: 'buyer' })])
    expect(flags).toEqual([])
  })

  it('says nothing where it speaks of a customer alone', async () => {
    expect((await weigh(aLink({ refs: [] }))).facts).toEqual([])
  })

  it('counts as written by the server where the deployment says that nobody else can', async () => {
    expect((await weigh(aLink({}), 'server')).facts).toEqual([aLink({})])
  })

  it('names nobody where it has to be signed and is not', async () => {
    expect(await weigh(aLink({}), 'signed')).toEqual(NOBODY)
  })
})

describe('what only the shop’s server can write', () => {
  const byServer = aLink({ writer: 'server' })

  it.each([null, 'server', 'signed'] as const)('counts in full with %s', async (naming) => {
    expect((await weigh(byServer, naming)).facts).toEqual([byServer])
  })

  it('is a buyer’s where the deployment says that all is', async () => {
    expect((await weigh(byServer, 'buyer')).facts).toEqual([
      aLink({ writer: 'server', rank: 'buyer_session' }),
    ])
  })
})

describe('what the provider knows itself', () => {
  it.each([null, 'server', 'signed', 'buyer'] as const)('counts in full with %s', async (naming) => {
    const alias = aLink({ writer: 'provider', refs: [] })
    expect((await weigh(alias, naming)).facts).toEqual([alias])
  })
})

describe('a signed user id', () => {
  it('names its user with the strength of the place where it stands, and no customer’s', async () => {
    expect(await weigh(aLink({ userId: await signed() }), 'signed')).toEqual({
      facts: [OF_PURCHASE],
      flags: [],
    })
  })

  it('is good with an older key while both are listed', async () => {
    const keys = ['another-key-of-the-shop-s-server-012345', KEY]
    expect((await weigh(aLink({ userId: await signed() }), 'signed', keys)).facts).toEqual([OF_PURCHASE])
  })

  it.each([
    ['of another key', () => signed({}, 'another-key-of-the-shop-s-server-012345')],
    ['of no user id', () => signed({ userId: 'no user' })],
    ['of which the user was changed', async () => `${(await signed()).slice(0, -2)}ZQ`],
    ['of which the expiry was changed', async () => (await signed()).replace(/^(.{36})./, '$1z')],
  ])('%s names nobody, with any naming', async (_name, text) => {
    const link = aLink({ userId: await text() })
    for (const naming of [null, 'server', 'signed', 'buyer'] as const) {
      expect(await weigh(link, naming)).toEqual(NOBODY)
    }
  })

  it('is good for every user id that fits into 200 characters, of letters that an address may hold', async () => {
    const ids = fc.stringMatching(/^[!-~]{1,117}$/).filter((id) => id !== '.' && id !== '..')
    await fc.assert(
      fc.asyncProperty(ids, async (userId) => {
        const text = await signed({ userId })
        expect(text).toMatch(/^[A-Za-z0-9_-]{1,200}$/)
        expect((await weigh(aLink({ userId: text }), 'signed')).facts).toEqual([{ ...OF_PURCHASE, userId }])
      }),
    )
  })

  it('is read of any user id where the field of the provider has the room', async () => {
    for (const userId of ['x'.repeat(200), `jane+news@example.com/%41${'~'.repeat(100)}`]) {
      const text = await signed({ userId })
      expect(writtenUser.parse(text)).toBe(text)
      expect((await weigh(aLink({ userId: text }), 'signed')).facts).toEqual([{ ...OF_PURCHASE, userId }])
    }
  })

  it('names nobody where it had expired when the purchase began, and is nothing to look at then', async () => {
    const link = aLink({ userId: await signed({ expiresAt: NOW }) })
    expect(await weigh(link, 'signed')).toEqual({ ...NOBODY, flags: [] })
  })

  it('is good for what was bought before it expired, however much later an event tells of it', async () => {
    const link = aLink({ userId: await signed({ expiresAt: NOW }) })
    const began = {
      type: 'subscription',
      ref: 'sub_1',
      aliases: [],
      startsAt: NOW - 1,
    } as unknown as SubscriptionFact
    const told = { namings: new Map([['stripe', 'signed' as const]]), namingKeys: [KEY] }
    const { facts } = await weighNames(told, { provider: 'stripe', occurredAt: NOW + 1e9 }, [link, began])
    expect(facts[0]).toEqual(OF_PURCHASE)
  })

  it('cannot be made for a moment that cannot be written', async () => {
    await expect(signed({ expiresAt: Number.MAX_VALUE })).rejects.toThrow(RangeError)
    await expect(signed({ expiresAt: -1 })).rejects.toThrow(RangeError)
  })
})

describe('every text', () => {
  it('that nobody has signed links no customer, whatever a buyer writes', async () => {
    const writers = fc.constantFrom<NameWriter>('buyer')
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        writers,
        fc.constantFrom<Naming | null>(null, 'signed', 'buyer'),
        async (text, writer, naming) => {
          const { facts } = await weigh(aLink({ userId: text, writer }), naming)
          for (const fact of facts) {
            expect(fact.type === 'link' && fact.userId !== null && !isOfBuyer(fact.rank)).toBe(false)
          }
        },
      ),
    )
  })
})

it('is signed by one file that a shop can copy, as it imports nothing', () => {
  const file = 'checkout/admission/sign-user-id.ts'
  const text = sources.get(file) ?? expect.fail()
  expect(importsOf(file, text)).toEqual([])
})
