import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { ask, pages, strongCheck } from '../../support/api.ts'
import { shippedDatabase, withShippedDatabase } from '../../support/shipped-database.ts'

const { now, users, asked, rows } = shippedDatabase

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) })
  await withShippedDatabase()
})

describe('a database that version 4.0 filled', () => {
  it.each(Object.entries(users))('proves the ledger of %s', async (userId, { head }) => {
    expect(await verify(env.DB, userId, head)).toEqual({ intact: true, ...head })
  })

  it.each(Object.entries(users))('answers %s as before', async (userId, { seen }) => {
    for (const [feature, answer] of Object.entries(seen)) {
      expect(await strongCheck(userId, feature)).toMatchObject(answer)
    }
  })

  it.each(asked)('answers POST $path with the key $key byte for byte as the first time', async (first) => {
    const { path, key, request, status, headers, body } = first
    const again = await ask('POST', path, { body: request, headers: { 'Idempotency-Key': key } })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect({ status: again.status, body: again.text }).toEqual({ status, body })
    expect(Object.fromEntries(again.headers)).toMatchObject(lowercased(headers))
  })

  it('remembers that a key was used for something else', async () => {
    const [{ path, key } = { path: '', key: '' }] = asked
    const other = await ask('POST', path, { body: { feature: 'pro' }, headers: { 'Idempotency-Key': key } })
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } })
  })

  it('shows what has arrived with its state, what it waits for and its body', async () => {
    const listed = (await pages('/v4/inbox')).flatMap(({ json }) => json.items)
    expect(listed).toHaveLength(rows['inbox']?.length ?? 0)
    for (const { id } of listed) {
      const { state, reason } = rows['inbox']?.find((row) => row['id'] === id) ?? {}
      const waits = rows['inbox_waits']?.filter(({ inbox_id }) => inbox_id === id) ?? []
      const { json } = await ask('GET', `/v4/inbox/${id}`)
      expect(json).toMatchObject({ state, reason, body: {} })
      expect(new Set(json.waitsFor)).toEqual(new Set(waits.map(({ key }) => key)))
      expect(json.facts).not.toEqual([])
    }
  })
})

function lowercased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
