import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant } from '../support/api.ts'
import { recordedOf } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'
import { type DocumentedOperation, documentedOperations, resolved } from './documented-operations.ts'
import { sampleOf } from './sample-of.ts'

const OF_ONE_USER = ['EntitlementId', 'ConsumptionId', 'ReservationId']

const operations = documentedOperations.flatMap((operation) => {
  const param = operation.parameters.find(({ schema }) => OF_ONE_USER.includes(resolved(schema).name ?? ''))
  return param === undefined
    ? []
    : [{ ...operation, idName: param.name, idOf: resolved(param.schema).name ?? '' }]
})

/** A user with one of each kind, by what a schema calls its id. */
async function anOwner() {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  const of = `/v4/users/${userId}`
  const { json: entitlement } = await grant(userId, { feature, amount: 10 })
  const spend = { feature, amount: 2 }
  const { json: consumption } = await ask('POST', `${of}/consumptions`, { body: spend, headers: aKey() })
  const body = { ...spend, ttlSeconds: 60 }
  const { json: reservation } = await ask('POST', `${of}/reservations`, { body, headers: aKey() })
  const ids: Record<string, string> = {
    EntitlementId: entitlement.id,
    ConsumptionId: consumption.id,
    ReservationId: reservation.id,
  }
  return { userId, ids }
}

it('Every operation on something of one user is tried', () => {
  expect(operations.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'getEntitlement',
      'revokeEntitlement',
      'reverseConsumption',
      'commitReservation',
    ]),
  )
})

describe.each(operations)('$id', ({ method, path, body, idName, idOf }) => {
  it('knows nothing of what is another user’s, and leaves it as it is', async () => {
    const [owner, other] = [await anOwner(), aUser()]
    const before = await recordedOf(owner.userId)
    const nobodys = sampleOf({ $ref: `#/${idOf}` })
    const texts = new Set<string>()
    // Whether the id is anybody's is not told either.
    for (const [userId, named] of [
      [other, owner.ids[idOf]],
      [other, nobodys],
      [aUser(), owner.ids[idOf]],
    ]) {
      const at = path.replace('{userId}', String(userId)).replace(`{${idName}}`, String(named))
      const headers = { 'X-Request-Id': 'req_foreign', ...aKey() }
      const { status, text, json } = await ask(method, at, { body: bodyFor({ method, body }), headers })
      expect([status, json.code]).toEqual([404, expect.stringMatching(/_not_found$/)])
      texts.add(text.replaceAll(String(named), '<id>'))
    }
    expect([...texts]).toHaveLength(1)
    expect(await recordedOf(owner.userId)).toEqual(before)
    expect((await recordedOf(other)).seqs).toEqual([])
  })
})

function bodyFor({ method, body }: Pick<DocumentedOperation, 'method' | 'body'>): object | undefined {
  if (body === null) return undefined
  const { properties = {} } = resolved(body).schema
  if ('ttlSeconds' in properties) return { ttlSeconds: 60 }
  if (!('amount' in properties)) return {}
  return method === 'PATCH' ? { trial: true } : { amount: 1 }
}
