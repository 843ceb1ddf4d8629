import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { aKey, ask } from '../../support/api.ts'
import { untilPublished } from '../../support/ledger.ts'
import { stopTheClock } from '../../support/clock.ts'
import { gatherTheLog, lines, loggedDuring } from '../../support/logged.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { rowsOfUser } from './rows-of-user.ts'
import { someSeats } from './seats.ts'

stopTheClock()
gatherTheLog()

/** The tables in which a text stands in what they hold of a user. */
async function tablesWith(userId: string, text: string): Promise<readonly string[]> {
  return [...(await rowsOfUser(userId))].flatMap(([name, rows]) => (rows.includes(text) ? [name] : []))
}

it('who holds something, and what is noted of it, stands in notes alone', async () => {
  const seats = await someSeats(5)
  const token = await aToken({ sub: 'agent-smith' })
  await loggedDuring(async () => {
    const body = { feature: seats.feature, holder: 'ann@example.org', metadata: { name: 'Ann Example' } }
    const how = { body, token }
    const taken = await ask('POST', `${seats.path}/consumptions`, { ...how, headers: aKey() })
    expect(taken.status).toBe(201)
    await ask('POST', `${seats.path}/consumptions`, { ...how, headers: aKey() })
    await seats.take('ann@example.org', { amount: 2 })
    const leased = await seats.lease('ann@example.org/tv')
    await seats.renew(leased.json.id)
    await seats.post(`reservations/${leased.json.id}/commit`, {})
    await seats.letGo('ann@example.org/tv', { reason: 'Ann Example left' })
    await seats.get('holders')
    await seats.get('reservations')
    await untilPublished(seats.userId)
  })
  for (const text of ['ann@example.org', 'Ann Example', 'agent-smith']) {
    expect(await tablesWith(seats.userId, text)).toEqual(['notes'])
    expect(lines.join('\n')).not.toContain(text)
  }
  const { keys } = await env.KV.list()
  const kept = await Promise.all(keys.map(({ name }) => env.KV.get(name)))
  const own = kept.filter((copy) => copy?.includes(seats.userId))
  expect(own).toHaveLength(1)
  expect(JSON.stringify(own)).not.toMatch(/ann@|Ann Example/)
})

it('are told to no token of the user whose ledger it is', async () => {
  const seats = await someSeats(5)
  await seats.take('ann', { metadata: { name: 'Ann Example' } })
  const token = await aToken({ sub: seats.userId, scope: '' })
  for (const tail of ['holders', 'reservations', 'reservations/res_2']) {
    expectProblem(await ask('GET', `${seats.path}/${tail}`, { token }), 403, 'forbidden')
  }
  const { json, text } = await ask('GET', `${seats.path}/ledger`, { token })
  expect(json.items).toHaveLength(2)
  expect(text).not.toMatch(/"ann"|Ann Example/)
})

it('who was erased still holds, is listed as nobody, and is released by the id', async () => {
  const seats = await someSeats(3)
  const { json } = await seats.take('ann')
  await seats.take('bob')
  await env.DB.prepare('DELETE FROM notes WHERE user_id = ?1 AND seq = 2').bind(seats.userId).run()
  await evictDurableObject(env.USERS.getByName(seats.userId))
  expect(await seats.balance()).toEqual([3, 2, 0, 1])
  expect(await seats.holders()).toEqual([
    [null, 1],
    ['bob', 1],
  ])
  expectProblem(await seats.letGo('ann'), 404, 'holder_not_found')
  // Nobody knows any more that it was they: they take anew.
  expect((await seats.take('ann')).status).toBe(201)
  expect((await seats.reverse(json.id)).json.reversed).toBe(1)
  expect(await seats.balance()).toEqual([3, 2, 0, 1])
  expect(await seats.verify()).toMatchObject({ intact: true })
})
