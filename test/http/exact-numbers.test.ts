import { describe, expect, it } from 'vitest'
import { aBinding, thrownBy } from '../rpc/bindings.ts'
import { aFeature, aKey, ask, pathOf } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

const post = (userId: string, body: string) =>
  ask('POST', `/v4/users/${userId}/entitlements`, { body, headers: aKey() })

/** As they are written: what reads them has rounded some already. */
const BEYOND = [
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '1e16',
  '1e400',
  '-1e400',
  '9007199254740993.0',
]

describe('a number that JavaScript cannot tell from its neighbours', () => {
  it.each(BEYOND)('is refused with its place, and not rounded into the chain: %s', async (written) => {
    const [userId, feature] = [aUser(), await aFeature('config')]
    for (const [said, path] of [
      [`"value":${written}`, 'body.value'],
      [`"value":{"a":[1,${written}]}`, 'body.value.a.1'],
      [`"value":1,"metadata":{"id":${written}}`, 'body.metadata.id'],
      [`"value":1,"metadata":{"a":{"b":[{"c":${written}}]}}`, 'body.metadata.a.b.0.c'],
    ] as const) {
      const answered = await post(userId, `{"feature":"${feature}",${said}}`)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors).toEqual([{ path, message: expect.stringMatching(/send it as a text/) }])
    }
    expect((await ask('GET', `/v4/users/${userId}/ledger`)).json.items).toEqual([])
    const put = { name: 'A', features: [{ feature, value: '?' }] }
    const body = JSON.stringify(put).replace('"?"', written)
    const refused = await ask('PUT', `/v4/products/p-${feature}`, { body })
    expect(refused.json.errors[0].path).toBe('body.features.0.value')
  })

  it('is refused through RPC as well, and when terms are changed', async () => {
    const [userId, feature] = [aUser(), await aFeature('config')]
    const asked = { userId, feature, idempotencyKey: 'k', value: 1, metadata: { id: 2 ** 53 } }
    const { problem } = await thrownBy(aBinding().grant(asked))
    expect(problem['errors']).toMatchObject([{ path: 'input.metadata.id' }])
    const granted = await post(userId, `{"feature":"${feature}","value":1}`)
    const patched = await ask('PATCH', pathOf(granted), { body: '{"metadata":{"id":9007199254740993}}' })
    expect(patched.json.errors[0].path).toBe('body.metadata.id')
  })
})

it('Every other number is kept as it was sent', async () => {
  const numbers = '[0.1,9007199254740991,-9007199254740991,1.5,1e-7,0.30000000000000004,5e-324,1e15]'
  const granted = await post(aUser(), `{"feature":"${await aFeature('config')}","value":${numbers}}`)
  expect(granted.status).toBe(201)
  expect(granted.json.value).toEqual(JSON.parse(numbers))
  expect(granted.text).toContain('[0.1,9007199254740991,-9007199254740991,')
})

it('A zero has no sign', async () => {
  const granted = await post(aUser(), `{"feature":"${await aFeature('config')}","value":[-0,-0.0]}`)
  expect(granted.text).toContain('"value":[0,0]')
})
