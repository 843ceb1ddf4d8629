import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { carryOutMovesOf } from '../../src/checkout/processing/carry-out-moves.ts'
import { sweep } from '../../src/checkout/jobs/sweep.ts'
import { decidePurchase } from '../../src/owners/decide-purchase.ts'
import type { UserLedgers } from '../../src/ledger/ledger-client.ts'
import { verify } from '../../src/ledger/store/proof/verify.ts'
import { ask } from '../support/api.ts'
import { aUser } from '../support/user.ts'
import { aSellingShop } from '../app/usage/a-selling-shop.ts'
import { aShop, featuresOf } from '../checkout/a-shop.ts'

type Shop = Pick<ReturnType<typeof aShop>, 'deps' | 'name'>

const ofShop = { provider: 'standard-webhooks', account: '' }

async function decide(shop: Shop, userId: string): Promise<void> {
  const now = shop.deps.now()
  const decided = await decidePurchase(env.DB, ofShop, { ids: [`purchase/${shop.name}`], userId, now })
  if (decided.type === 'unknown' || decided.change === null) throw new Error('Nothing was decided')
  await carryOutMovesOf(shop.deps, decided.change)
}

/** Ledgers of which one does not release a source the first time, before or after it has. */
function failing(of: string, when: 'before' | 'after'): UserLedgers {
  let isArmed = true
  return (userId) => {
    const ledger = env.USERS.getByName(userId)
    return {
      snapshot: (copy) => ledger.snapshot(copy),
      async submit(submission) {
        const isNow = isArmed && userId === of && submission.command.type === 'release_source'
        if (!isNow) return ledger.submit(submission)
        isArmed = false
        if (when === 'after') await ledger.submit(submission)
        throw new Error('The way to it broke')
      },
    }
  }
}

describe('what is withheld from everybody', () => {
  it('keeps what was spent of it for whoever gets it in the end', async () => {
    const shop = await aSellingShop()
    await shop.sells('credits', { amount: 100 })
    await shop.buy({ credits: 1 })
    expect(await shop.consume(30)).toBe(201)
    await shop.buy({ credits: 1 }, { user_id: aUser() })
    expect(await shop.consume(1)).toBe(409)
    for (const userId of [aUser(), shop.userId]) {
      await decide(shop, userId)
      const { json } = await ask('GET', `/v4/users/${userId}/access/${shop.feature}?consistency=strong`)
      expect(json.balance).toMatchObject({ granted: 100, used: 30, remaining: 70 })
      expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
    }
  })

  it.each(['before', 'after'] as const)(
    'is lost nowhere when the way to a ledger breaks %s it is released',
    async (when) => {
      const [ada, bob, cleo] = [aUser(), aUser(), aUser()]
      const shop = aShop({ ledgers: failing(ada, when) })
      await shop.map(`course-${shop.name}`, 'lessons')
      for (const user_id of [ada, bob]) {
        await shop.send('purchase.completed', {
          purchase_id: shop.name,
          user_id,
          lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
        })
      }
      shop.pass(60_000)
      await sweep(shop.deps, { rowsMax: 30, msMax: 20_000 })
      for (const user of [ada, bob]) expect(await featuresOf(user)).toEqual([])
      await decide(shop, cleo)
      expect(await featuresOf(cleo)).toEqual(['lessons'])
    },
  )
})
