import { describe, expect, it } from 'vitest'
import { aFeature } from '../support/api.ts'
import { gatherTheLog, lines, loggedDuring } from '../support/logged.ts'
import { aUser } from '../support/user.ts'
import { anEntrypoint, thrownBy } from './bindings.ts'

gatherTheLog()

describe('the log', () => {
  it('has one line for each change, of what was done and how it ended, and names no user', async () => {
    const [userId, feature, of] = [aUser(), await aFeature(), await anEntrypoint({})]
    const asked = { userId, idempotencyKey: 'order-1', metadata: { email: 'ann@example.org' } }
    const done = await loggedDuring(() => of.grant({ ...asked, feature }))
    expect(done).toEqual([
      {
        level: 'info',
        event: 'answered',
        requestId: expect.stringMatching(/^req_/),
        method: 'RPC',
        operation: 'createEntitlement',
        status: 200,
        durationMs: expect.any(Number),
        user: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ])
    expect(lines.join()).not.toMatch(new RegExp(`${userId}|ann@example.org`))
    const refused = await loggedDuring(() => thrownBy(of.grant({ ...asked, feature: 'nowhere' })))
    expect(refused).toMatchObject([{ operation: 'createEntitlement', status: 422 }])
  })

  it('has the share of checks that is asked for, with where their answers came from', async () => {
    const userId = aUser()
    const all = await anEntrypoint({ CHECK_LOG_SAMPLE: '1' })
    const check = { userId, feature: 'export' }
    const said = await loggedDuring(() => all.check(check))
    expect(said).toMatchObject([{ method: 'RPC', operation: 'checkAccess', status: 200, source: 'ledger' }])
    const none = await anEntrypoint({ CHECK_LOG_SAMPLE: '0' })
    expect(await loggedDuring(() => none.checkMany({ checks: [check] }))).toEqual([])
  })

  it('has the cause of what its caller learns no more of than an id', async () => {
    const USERS = { getByName: () => ({ submit: () => Promise.resolve({ type: 'answered', answer: null }) }) }
    const of = await anEntrypoint({ USERS })
    const asked = { userId: aUser(), entitlementId: `ent_${'0'.repeat(32)}` }
    let requestId: unknown
    const said = await loggedDuring(async () => {
      ;({ requestId } = (await thrownBy(of.revoke(asked))).problem)
    })
    expect(said).toMatchObject([
      { level: 'error', event: 'request_failed', error: expect.stringContaining('TypeError') },
      { level: 'info', event: 'answered', status: 500 },
    ])
    expect(said.map((line) => line['requestId'])).toEqual([requestId, requestId])
  })
})
