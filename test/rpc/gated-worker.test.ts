import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ask, grant } from '../support/api.ts'
import { aUser } from '../support/user.ts'

beforeAll(() => ask('PUT', '/v4/features/export-4k', { body: { type: 'boolean' } }))

/** Asks the other Worker, as a client of its would. */
async function exportFor(userId?: string) {
  const headers: Record<string, string> = userId === undefined ? {} : { 'X-User-Id': userId }
  const response = await env.GATED_WORKER.fetch('https://shop.test/export', { headers })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

describe('a Worker of somebody else, with examples/gated-worker/wrangler.toml', () => {
  it('lets in who has the feature, and from the grant on', async () => {
    const userId = aUser()
    expect(await exportFor(userId)).toMatchObject({ status: 403, text: 'Not in 4K: no_entitlement\n' })
    const other = aUser()
    await grant(other, { feature: 'export-4k' })
    expect(await exportFor(other)).toMatchObject({ status: 200, text: 'Here it is, in 4K\n' })
    expect((await exportFor(userId)).status).toBe(403)
  })

  it('asks for nobody who is not there', async () => {
    expect((await exportFor()).status).toBe(401)
  })

  it('tells who asks wrongly from a ledger that does not answer', async () => {
    expect(await exportFor(`.${'x'.repeat(300)}`)).toMatchObject({
      status: 400,
      text: 'Nobody is called that\n',
    })
  })

  it('opens no door when it gets no answer', async () => {
    const [userId, cutOff] = [aUser(), vi.spyOn(env.USERS, 'getByName')]
    cutOff.mockImplementation(() => {
      throw new Error('Network connection lost.')
    })
    const { status, headers } = await exportFor(userId)
    expect([status, headers.get('Retry-After')]).toEqual([503, '1'])
    cutOff.mockRestore()
    expect((await exportFor(userId)).status).toBe(403)
  })
})
