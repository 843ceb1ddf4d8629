import { expect, it } from 'vitest'
import { aTeam } from '../app/usage/a-team.ts'
import { stopTheClock } from '../support/clock.ts'
import { aBinding, thrownBy } from './bindings.ts'

stopTheClock()

it('a check of several users may ask for an amount', async () => {
  const { users: anyOf, feature } = await aTeam(1, 10)
  const asked = { anyOf, feature, consistency: 'strong' } as const
  expect(await aBinding().check({ ...asked, amount: 4 })).toMatchObject({ userId: anyOf[1], allowed: true })
  expect(await aBinding().check({ ...asked, amount: 40 })).toMatchObject({ allowed: false })
})

it('a consumption of several users is one change through both doors', async () => {
  const team = await aTeam(1, 10)
  const { users: anyOf, feature } = team
  const asked = { anyOf, feature, amount: 4, idempotencyKey: 'spend' }
  const spent = await aBinding().consume(asked)
  expect(spent).toMatchObject({ userId: anyOf[1], amount: 4 })
  const http = await team.consume(4, { 'Idempotency-Key': 'spend' })
  expect([http.headers.get('Idempotent-Replayed'), http.json]).toEqual(['true', spent])
  expect(await team.used()).toEqual([0, 4])

  const short = await thrownBy(aBinding().consume({ ...asked, amount: 40, idempotencyKey: 'more' }))
  expect(short.problem).toMatchObject({ code: 'insufficient_balance', status: 409 })
  const { idempotencyKey: _key, ...keyless } = asked
  const missing = await thrownBy(aBinding().consume(keyless as never))
  expect(missing.problem).toMatchObject({ code: 'idempotency_key_missing' })
  const check = await thrownBy(aBinding({ scopes: ['access:check'] }).consume(asked))
  expect(check.problem).toMatchObject({ code: 'forbidden', scope: 'usage:write' })
})
