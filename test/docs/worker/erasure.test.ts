import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { someSeats } from '../../app/holders/seats.ts'
import { aFeature, aKey, ask, grant, pathOf } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { pageAt } from '../pages.ts'

/** The statements of the page about a name, in their order, with another one in its place. */
function statementsAbout(name: string, other: string): readonly string[] {
  const commands = pageAt('docs/operating/erasure.md').matchAll(/d1 execute DB --remote --command "([^"]+)"/g)
  return [...commands]
    .map(([, statement = '']) => statement)
    .filter((statement) => statement.includes(`'${name}'`))
    .map((statement) => statement.replaceAll(name, other).replaceAll('\\$', () => '$'))
}

it('the statements for a person in others’ ledgers take who it is, and leave what is held and the proof', async () => {
  const [seats, member] = [await someSeats(5), `member-${crypto.randomUUID()}`]
  const [first, second, theirs] = [aKey(), aKey(), aKey()]
  const taken = await seats.take(member, { metadata: { name: 'Ada' } }, first)
  await seats.take(member, {}, second)
  const other = await seats.take(`${member}-2`, {}, theirs)
  const leased = await seats.lease(`${member}-3`)
  const fingerprints = async () => {
    const { results } = await env.DB.prepare('SELECT key, fingerprint FROM receipts WHERE user_id = ?1')
      .bind(seats.userId)
      .all<{ key: string; fingerprint: string }>()
    return new Map(results.map(({ key, fingerprint }) => [key, fingerprint]))
  }
  const before = await fingerprints()

  const statements = statementsAbout('member-17', member)
  expect(statements).toHaveLength(2)
  for (const statement of statements) await env.DB.prepare(statement).run()
  await evictDurableObject(env.USERS.getByName(seats.userId))

  expect(await seats.holders()).toEqual([
    [null, 1],
    [`${member}-2`, 1],
  ])
  const after = await fingerprints()
  const changed = [...before].filter(([key, fingerprint]) => after.get(key) !== fingerprint)
  const keysOf = (...keys: readonly Record<string, string>[]) =>
    keys.map((key) => `api:${key['Idempotency-Key'] ?? ''}`)
  expect(changed.map(([key]) => key).toSorted()).toEqual(keysOf(first, second).toSorted())
  expectProblem(await seats.take(member, {}, second), 422, 'idempotency_key_reused')
  expect((await seats.take(`${member}-2`, {}, theirs)).text).toBe(other.text)
  expect((await seats.get(`ledger?limit=100`)).text).not.toMatch(/Ada/)
  expect((await seats.reverse(taken.json.id)).status).toBe(201)
  expect((await seats.renew(leased.json.id)).status).toBe(200)
  expect(await seats.verify()).toMatchObject({ intact: true })
})

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

  const statements = statementsAbout('u_42', userId)
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
