import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'
import { aBinding, anEntrypoint, thrownBy } from './bindings.ts'

const ENTITLEMENT = `ent_${'0'.repeat(32)}`

/** What one path of the object does for its callers. */
function usersWhose(method: 'submit' | 'snapshot', answer: () => Promise<unknown>) {
  return { getByName: () => ({ [method]: answer }) }
}

describe('an error', () => {
  it('arrives over the binding with every member that the problem has over HTTP', async () => {
    const userId = aUser()
    const answered = await ask('DELETE', `/v4/users/${userId}/entitlements/${ENTITLEMENT}`)
    expectProblem(answered, 404, 'entitlement_not_found')
    const { name, message, problem } = await thrownBy(
      aBinding().revoke({ userId, entitlementId: ENTITLEMENT }),
    )
    expect(name).toBe('EntitlementsError')
    const [first, last = ''] = message.split('\n')
    expect(first).toBe(`entitlement_not_found: Cannot find entitlement "${ENTITLEMENT}"`)
    expect(JSON.parse(last)).toEqual(problem) // for who gets the message alone
    expect(problem).toEqual({ ...answered.json, requestId: expect.stringMatching(/^req_/) })
  })

  it('carries the facts that a caller needs to go on', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const { json } = await grant(userId, { feature, sourceRef: 'order-1' })
    const { problem } = await thrownBy(
      aBinding().grant({ userId, idempotencyKey: 'another', feature, sourceRef: 'order-1' }),
    )
    expect(problem).toMatchObject({ code: 'entitlement_exists', retryable: false, entitlementId: json.id })
  })

  it('shows nothing of the place that it comes from', async () => {
    const revoked = aBinding().revoke({ userId: aUser(), entitlementId: ENTITLEMENT })
    const { stack, cause } = await revoked.then(
      () => expect.fail(),
      (thrown: Error) => thrown,
    )
    expect(stack).not.toMatch(/src.(rpc|api|ledger)/)
    expect(cause).toBeUndefined()
  })

  it('of a bug says nothing but the id of the call, which the log has too', async () => {
    const USERS = usersWhose('submit', () => Promise.resolve({ type: 'answered', answer: 'of a bug' }))
    const of = await anEntrypoint({ USERS })
    const { message, problem } = await thrownBy(of.revoke({ userId: aUser(), entitlementId: ENTITLEMENT }))
    expect(message.split('\n')[0]).toBe('internal_error: Something is wrong with the ledger')
    expect(problem).toEqual({
      type: '/docs/problems#internal_error',
      title: 'Something is wrong with the ledger',
      status: 500,
      code: 'internal_error',
      retryable: false,
      requestId: expect.stringMatching(/^req_/),
    })
  })
})

describe('while the ledger does not answer', () => {
  it('a check is neither yes nor no, and may be asked again', async () => {
    const USERS = usersWhose('snapshot', () => Promise.reject(new Error('Network connection lost.')))
    const of = await anEntrypoint({ USERS })
    const { problem } = await thrownBy(of.check({ userId: aUser(), feature: 'export' }))
    expect(problem).toMatchObject({ code: 'ledger_unavailable', status: 503, retryable: true })
  })

  it('a change is not called a failure, for it may have happened', async () => {
    const USERS = {
      getByName: (userId: string) => ({
        submit: async (submission: Parameters<ReturnType<typeof env.USERS.getByName>['submit']>[0]) => {
          await env.USERS.getByName(userId).submit(submission)
          throw new Error('Network connection lost.')
        },
      }),
    }
    const of = await anEntrypoint({ USERS })
    const asked = { userId: aUser(), idempotencyKey: 'order-1', feature: await aFeature() }
    const { problem } = await thrownBy(of.grant(asked))
    expect(problem).toMatchObject({ code: 'outcome_unknown', status: 503, retryable: true })
    expect(await aBinding().grant(asked)).toMatchObject({ state: 'active', version: 1 })
  })

  it.each(['overloaded', 'unavailable'] as const)('nothing is recorded when it says so: %s', async (type) => {
    const of = await anEntrypoint({ USERS: usersWhose('submit', () => Promise.resolve({ type })) })
    const { problem } = await thrownBy(of.revoke({ userId: aUser(), entitlementId: ENTITLEMENT }))
    const code = type === 'overloaded' ? 'overloaded' : 'ledger_unavailable'
    expect(problem).toMatchObject({ code, retryable: true })
  })
})

describe('a Worker that is not configured', () => {
  it('serves no binding either, and names what is missing', async () => {
    const of = await anEntrypoint({ JWT_ISSUER: undefined })
    const { problem } = await thrownBy(of.check({ userId: aUser(), feature: 'export' }))
    expect(problem).toMatchObject({ code: 'misconfigured', status: 503, detail: 'JWT_ISSUER is missing' })
  })
})
