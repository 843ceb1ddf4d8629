import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant, pathOf, strongCheck } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

describe('a grant', () => {
  it('is refused from the moment its feature is archived, also where it was granted a moment ago', async () => {
    const userId = aUser()
    const feature = await aFeature()
    await grant(userId, { feature, sourceRef: 'before' })
    await ask('DELETE', `/v4/features/${feature}`)
    expectProblem(await grant(userId, { feature, sourceRef: 'after' }), 422, 'feature_archived')
    expect((await strongCheck(userId, feature)).allowed).toBe(true) // what exists stays
  })

  it('is given from the moment its feature comes out of the archive', async () => {
    const userId = aUser()
    const feature = await aFeature()
    await ask('DELETE', `/v4/features/${feature}`)
    expectProblem(await grant(userId, { feature }), 422, 'feature_archived')
    await ask('PUT', `/v4/features/${feature}`, { body: { type: 'boolean' } })
    expect((await grant(userId, { feature })).status).toBe(201)
  })

  it('is given from the moment its feature is created, also where it was refused a moment ago', async () => {
    const userId = aUser()
    const feature = `feature-${crypto.randomUUID()}`
    await grant(userId, { feature: await aFeature() })
    expectProblem(await grant(userId, { feature }), 422, 'feature_unknown')
    await ask('PUT', `/v4/features/${feature}`, { body: { type: 'boolean' } })
    expect((await grant(userId, { feature })).status).toBe(201)
  })

  it('decides on one catalog: while the feature is archived, nothing is granted after the archive was answered', async () => {
    const userId = aUser()
    const feature = await aFeature()
    await grant(userId, { feature })
    const archive = ask('DELETE', `/v4/features/${feature}`)
    const during = Array.from({ length: 10 }, () => grant(userId, { feature }))
    await archive
    const after = await grant(userId, { feature })
    expectProblem(after, 422, 'feature_archived')
    for (const { status } of await Promise.all(during)) expect([201, 422]).toContain(status)
    const { json } = await ask('GET', `/v4/users/${userId}/ledger/verify`)
    expect(json.intact).toBe(true)
  })
})

describe('an entitlement to an archived feature', () => {
  it('can still be changed, suspended and revoked', async () => {
    const feature = await aFeature('config')
    const granted = await grant(aUser(), { feature, value: 1 })
    await ask('DELETE', `/v4/features/${feature}`)
    expect((await ask('PATCH', pathOf(granted), { body: { value: 2 } })).json.value).toBe(2)
    expect((await ask('DELETE', pathOf(granted))).json.state).toBe('revoked')
  })
})
