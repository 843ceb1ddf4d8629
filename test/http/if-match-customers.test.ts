import { describe, expect, it } from 'vitest'
import { ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

const ifMatch = (tag: string | null) => ({ 'If-Match': tag ?? '' })

async function aCustomer() {
  const path = `/v4/customers/stripe/cus_${crypto.randomUUID()}`
  const put = (userId: string, headers = {}) => ask('PUT', path, { body: { userId }, headers })
  const { headers } = await put(aUser())
  return { path, put, etag: headers.get('ETag') }
}

describe('If-Match of a customer', () => {
  it('lets one of two links through that were made from one reading, and tells the other the version of now', async () => {
    const { path, put, etag } = await aCustomer()
    const [ada, bob] = [aUser(), aUser()]
    expect((await ask('GET', path)).headers.get('ETag')).toBe(etag)
    const first = await put(ada, ifMatch(etag))
    expect(first.status).toBe(200)
    const second = await put(bob, ifMatch(etag))
    expectProblem(second, 412, 'precondition_failed')
    expect(second.headers.get('ETag')).toBe(first.headers.get('ETag'))
    const now = await ask('GET', path)
    expect(now.json).toMatchObject({ userId: ada, version: first.json.version })
    expect(now.headers.get('ETag')).toBe(`"${String(first.json.version)}"`)
    expect((await put(bob, ifMatch(`W/${String(now.headers.get('ETag'))}`))).status).toBe(200)
  })

  it('has one winner of many at once', async () => {
    const { path, put, etag } = await aCustomer()
    const users = [aUser(), aUser(), aUser(), aUser()]
    const all = await Promise.all(users.map((user) => put(user, ifMatch(etag))))
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412])
    const winner = users[all.findIndex(({ status }) => status === 200)]
    expect((await ask('GET', path)).json.userId).toBe(winner)
  })

  it('stops forgetting as well', async () => {
    const { path, put, etag } = await aCustomer()
    const { headers } = await put(aUser(), ifMatch('*'))
    expectProblem(await ask('DELETE', path, { headers: ifMatch(etag) }), 412, 'precondition_failed')
    expect((await ask('DELETE', path, { headers: ifMatch(headers.get('ETag')) })).status).toBe(200)
  })

  it('makes what is not there with "0", and not with any', async () => {
    const path = `/v4/customers/stripe/cus_${crypto.randomUUID()}`
    const put = (tag: string) => ask('PUT', path, { body: { userId: aUser() }, headers: ifMatch(tag) })
    expectProblem(await put('*'), 412, 'precondition_failed')
    expect((await put('"0"')).status).toBe(201)
    expectProblem(await put('"0"'), 412, 'precondition_failed')
  })
})
