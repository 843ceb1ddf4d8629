import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { aFeature, ask, grant, pathOf } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import { pageAt } from '../pages.ts'

/** The statements of the page, in their order, for one user. */
function statementsFor(userId: string): readonly string[] {
  const commands = pageAt('docs/operating/erasure.md').matchAll(/d1 execute DB --remote --command "([^"]+)"/g)
  return [...commands].map(([, statement = '']) =>
    statement.replaceAll('u_42', userId).replaceAll('\\$', () => '$'),
  )
}

it('the statements of the page take what can be erased, and leave the ledger intact', async () => {
  const userId = aUser()
  const key = { 'Idempotency-Key': 'order-1001' }
  const body = { feature: await aFeature(), metadata: { email: 'ada@example.org', metadata: 1, version: 2 } }
  const granted = await grant(userId, body, key)
  await ask('POST', `${pathOf(granted)}/suspend`, { headers: { 'Idempotency-Key': 'pause' } })
  await ask('DELETE', `${pathOf(granted)}?reason=asked%20by%20phone`)
  await env.DB.prepare(
    `INSERT INTO inbox (id, provider, account, event_id, type, occurred_at, received_at, body_sha256, facts_sha256, state,
      user_id, headers, body) VALUES ('inb_1', 'stripe', '', 'evt_1', 'invoice.paid', 0, 0, '', '', 'applied', ?, '{"a":"b"}', x'00')`,
  )
    .bind(userId)
    .run()

  const statements = statementsFor(userId)
  expect(statements).toHaveLength(4)
  for (const statement of statements) await env.DB.prepare(statement).run()
  await evictDurableObject(env.USERS.getByName(userId))

  expect((await ask('GET', pathOf(granted))).json.metadata).toBeNull()
  const again = await grant(userId, body, key)
  expect(again.headers.get('Idempotent-Replayed')).toBe('true')
  expect(again.json).toEqual({ ...granted.json, metadata: null })
  const paused = await ask('POST', `${pathOf(granted)}/suspend`, { headers: { 'Idempotency-Key': 'pause' } })
  expect(paused.json).toMatchObject({ id: granted.json.id, metadata: null, version: 2 })
  const history = await ask('GET', `/v4/users/${userId}/ledger`)
  expect(history.json.items.map(({ note }: { note: unknown }) => note)).toEqual([null, null, null])
  expect(history.text).not.toContain('example.org')
  const { json: verdict } = await ask('GET', `/v4/users/${userId}/ledger/verify`)
  expect(verdict.intact).toBe(true)
  expect(await env.DB.prepare("SELECT body, headers FROM inbox WHERE id = 'inb_1'").first()).toEqual({
    body: null,
    headers: '{}',
  })
})
