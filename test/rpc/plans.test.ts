import { expect, it } from 'vitest'
import { ask, strongCheck, aFeature } from '../support/api.ts'
import { aProduct, givePlan, planPath } from '../support/plans.ts'
import { aUser } from '../support/user.ts'
import { aBinding, thrownBy } from './bindings.ts'

it('a plan is given, changed and ended over the binding as over HTTP, with the same keys', async () => {
  const [userId, feature] = [aUser(), await aFeature('config')]
  const product = await aProduct([{ feature, value: 2, perQuantity: true }])
  const terms = { product, sourceRef: 'team', quantity: 2 }
  const given = await aBinding().givePlan({ userId, idempotencyKey: 'team-1', ...terms })
  const replayed = await givePlan(userId, terms, { 'Idempotency-Key': 'team-1' })
  expect([replayed.status, replayed.json]).toEqual([201, given])
  expect((await ask('GET', planPath(userId, 'team'))).json).toEqual(given)

  const asked = { userId, sourceRef: 'team', product, quantity: 5 }
  const changed = await aBinding().changePlan({ ...asked, ifVersion: given.version })
  expect(changed).toMatchObject({ quantity: 5, state: 'active' })
  expect(await strongCheck(userId, feature)).toMatchObject({ value: 10 })
  const stale = await thrownBy(aBinding().changePlan({ ...asked, quantity: 6, ifVersion: given.version }))
  expect(stale.problem).toMatchObject({ code: 'precondition_failed', version: changed.version })

  const ended = await aBinding().endPlan({ userId, sourceRef: 'team', reason: 'over' })
  expect(ended.state).toBe('ended')
  const again = await thrownBy(aBinding().givePlan({ userId, idempotencyKey: 'team-2', ...terms }))
  expect(again.problem).toMatchObject({ code: 'plan_exists', sourceRef: 'team' })
})

it('what is wrong with it is told by its place', async () => {
  const asked = { userId: aUser(), idempotencyKey: 'k', product: 'pro' }
  const places = async (body: object) => {
    const { problem } = await thrownBy(aBinding().givePlan({ ...asked, ...body }))
    expect(problem['code']).toBe('malformed_request')
    return (problem['errors'] as { path: string }[]).map(({ path }) => path)
  }
  expect(await places({ quantity: 0 })).toEqual(['input.quantity'])
  const turned = { startsAt: '2027-02-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' }
  expect(await places(turned)).toEqual(['input.endsAt'])
  expect(await places({ comped: true })).toEqual(['input'])
})
