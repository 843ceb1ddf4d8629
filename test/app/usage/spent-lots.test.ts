import { expect, it } from 'vitest'
import { aFeature, aKey, ask, grant } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'

it('lots that are used up are one in a balance, and what is given back is there again', async () => {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  for (let lot = 0; lot < 5; lot += 1) await grant(userId, { feature, amount: 1 })
  const consumptions = `/v4/users/${userId}/consumptions`
  const use = (amount: number) => ask('POST', consumptions, { headers: aKey(), body: { feature, amount } })
  const balance = async (minVersion: number) => {
    const { json } = await ask('GET', `/v4/users/${userId}/balances?minVersion=${minVersion}`)
    return json.balances[0]
  }
  const used = await use(5)
  expect(used.status).toBe(201)
  const all = { granted: 5, used: 5, remaining: 0 }
  expect(await balance(6)).toMatchObject({ ...all, lots: [all] })
  expect((await use(1)).json).toMatchObject({ code: 'insufficient_balance' })

  const reversals = `${consumptions}/${used.json.id}/reversals`
  const back = await ask('POST', reversals, { headers: aKey(), body: { amount: 2 } })
  expect(back.status).toBe(201)
  const after = await balance(7)
  expect(after).toMatchObject({ granted: 5, used: 3, remaining: 2 })
  expect(after.lots.map(({ remaining }: { remaining: number }) => remaining).toSorted()).toEqual([0, 1, 1])
  expect((await use(2)).status).toBe(201)
  expect(await balance(8)).toMatchObject({ ...all, lots: [all] })
})
