import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { aFeature, aKey, ask, grant } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

it('A reservation is released with a reason, which is kept where it can be erased', async () => {
  const userId = aUser()
  const feature = await aFeature('metered')
  await grant(userId, { feature, amount: 10 })
  const hold = { body: { feature, amount: 5, ttlSeconds: 60 }, headers: aKey() }
  const { json } = await ask('POST', `/v4/users/${userId}/reservations`, hold)
  const path = `/v4/users/${userId}/reservations/${json.id}/release`

  const headers = aKey()
  const differing = await ask('POST', `${path}?reason=late`, { headers: aKey(), body: { reason: 'early' } })
  expectProblem(differing, 400, 'malformed_request')
  const released = await ask('POST', path, { headers, body: { reason: 'The render failed' } })
  expect(released.status).toBe(200)
  expect((await ask('POST', path, { headers, body: { reason: 'The render failed' } })).text).toBe(
    released.text,
  )
  expectProblem(await ask('POST', path, { headers, body: {} }), 422, 'idempotency_key_reused')

  const { results } = await env.DB.prepare('SELECT json FROM notes WHERE user_id = ?').bind(userId).all()
  expect(JSON.stringify(results)).toContain('The render failed')
  expect((await ask('GET', `/v4/users/${userId}/ledger/verify`)).json).toMatchObject({ intact: true })
})
