import { expect, it } from 'vitest'
import { changeCatalog } from '../../support/change-catalog.ts'
import { expectProblem } from '../../support/problem.ts'
import { aMeter } from './a-meter.ts'

it('a feature that is switched off is taken by nobody, what was promised is kept, and all is there again', async () => {
  const meter = await aMeter(10)
  const consumed = await meter.consume(2)
  const [first, second] = [await meter.reserve(3), await meter.reserve(1)]
  const turn = (to: number | null) =>
    changeCatalog('UPDATE features SET disabled_at = ?1 WHERE key = ?2', to, meter.feature)

  await turn(1)
  const refused = await meter.consume(1)
  expectProblem(refused, 409, 'feature_disabled')
  expect(refused.json).toMatchObject({ allowed: false, reason: 'disabled', feature: meter.feature })
  expectProblem(await meter.reserve(1), 409, 'feature_disabled')

  const committed = await meter.commit(first)
  expect(committed).toMatchObject({ status: 201, json: { allowed: false, reason: 'disabled' } })
  expect((await meter.release(second)).status).toBe(200)
  expect((await meter.reverse(consumed)).status).toBe(201)

  await turn(null)
  const again = await meter.consume(1)
  expect(again).toMatchObject({ status: 201, json: { allowed: true, reason: 'granted' } })
  expect(again.json.balance).toEqual({ granted: 10, used: 4, reserved: 0, remaining: 6 })
})
