import { expect, it } from 'vitest'
import { aFeature, ask, grant } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

it('A token without scopes is told of its own user by many checks at once, and of nobody else', async () => {
  const [own, other] = [aUser(), aUser()]
  const feature = await aFeature()
  for (const userId of [own, other]) await grant(userId, { feature })
  const checks = [own, other, own.toUpperCase(), `${own}x`, own].map((userId) => ({ userId, feature }))
  const asked = { body: { checks, consistency: 'strong' } }
  const token = await aToken({ sub: own, scope: '' })
  const { status, json } = await ask('POST', '/v4/checks', { ...asked, token })
  expect(status).toBe(200)
  expect(json.results).toMatchObject([
    { userId: own, allowed: true },
    { code: 'forbidden' },
    { code: 'forbidden' },
    { code: 'forbidden' },
    { userId: own, allowed: true },
  ])
  expect(JSON.stringify(json.results[1])).not.toContain(other)
  const another = await aToken({ sub: own, scope: 'entitlements:write' })
  expectProblem(await ask('POST', '/v4/checks', { ...asked, token: another }), 403, 'forbidden')
})
