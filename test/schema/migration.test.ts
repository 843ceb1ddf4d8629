import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { aProvider } from '../checkout/a-provider.ts'
import { ask, pages, strongCheck } from '../support/api.ts'
import { keptDatabase } from '../support/kept-database.ts'
import { type Cell, migrateFrom } from '../support/migrated-database.ts'
import { aToken } from '../support/token.ts'

const { now, lastMigration, tables, asked, delivered, reads, next } = keptDatabase
const NOW = Date.parse(now)

/** Whose purchase has still to follow a changed product: it does so once they are loaded, and that is one entry. */
const FOLLOWING = 'u_moved_to'

/** What of their answers tells of that entry: whether they may stays as it was. */
const OF_WHAT_FOLLOWED = ['version', 'hash', 'asOf', 'reason', 'entitlements']

const rowsOf = (table: string) => tables[table] ?? []

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  await migrateFrom(lastMigration, tables)
})

describe('a database that the version before filled, once it is migrated', () => {
  it('was kept with something in every table, and with events in every state, with and without their bodies', () => {
    const empty = Object.keys(tables).filter((table) => rowsOf(table).length === 0)
    expect(empty).toEqual(['guards'])
    const states = (hasBody: boolean) =>
      new Set(rowsOf('inbox').flatMap(({ state, body }) => ((body !== null) === hasBody ? [state] : [])))
    expect(states(true)).toEqual(
      new Set(['received', 'applied', 'superseded', 'unmatched', 'quarantined', 'failed', 'dead']),
    )
    expect(states(false)).toEqual(new Set(['applied', 'ignored', 'quarantined']))
  })

  it.each(Object.keys(tables))('has lost nothing of %s', async (table) => {
    const [first = {}] = rowsOf(table)
    const columns = Object.keys(first).join(', ') || '*'
    const { results } = await env.DB.prepare(`SELECT ${columns} FROM ${table}`).all()
    expect(sorted(results)).toEqual(sorted(rowsOf(table)))
  })

  it.each(reads)('answers GET $path as before', async ({ path, body }) => {
    const { nextCursor, ...rest } = JSON.parse(body)
    if (path.startsWith(`/v4/users/${FOLLOWING}/`)) for (const of of OF_WHAT_FOLLOWED) delete rest[of]
    const { status, json } = await ask('GET', path)
    expect(status).toBe(200)
    expect(json).toMatchObject(rest)
    expect(typeof json.nextCursor).toBe(typeof nextCursor)
  })

  it('begins the log of the catalog with every feature and product as it was, and with nobody’s name', async () => {
    const all = async (path: string) => (await pages(path)).flatMap(({ json }) => json.items)
    const [features, products] = [await all('/v4/features'), await all('/v4/products')]
    expect(features.map(({ key }) => key)).toEqual(
      rowsOf('features')
        .map(({ key }) => key as string)
        .toSorted(),
    )
    expect(products.map(({ id }) => id)).toEqual(
      rowsOf('products')
        .map(({ id }) => id as string)
        .toSorted(),
    )
    for (const { type, enabled, combine } of features) {
      expect([enabled, combine]).toEqual([true, type === 'config' ? 'latest' : undefined])
    }
    for (const product of products) expect(product).not.toHaveProperty('everyone')
    const first = { at: null, actor: null, reason: null }
    const logged = [
      ...features.map((what) => ({ ...first, kind: 'feature', key: what.key, version: what.version, what })),
      ...products.map((what) => ({ ...first, kind: 'product', key: what.id, version: what.version, what })),
    ]
    expect(await all('/v4/catalog/changes')).toEqual(
      logged.toSorted(
        (a, b) => a.version - b.version || (`${a.kind} ${a.key}` < `${b.kind} ${b.key}` ? -1 : 1),
      ),
    )
  })

  it.each([...heads()])(
    'proves the ledger of %s up to the head that was handed out',
    async (userId, head) => {
      const { json } = await ask('GET', `/v4/users/${userId}/ledger/verify?head=${head}`)
      expect(json).toMatchObject({ intact: true })
    },
  )

  it.each(asked)('answers the key $key byte for byte as the first time', async (first) => {
    const { method, path, key, request, status, headers, body } = first
    const sent = request === null ? {} : { body: request }
    const again = await ask(method, path, { ...sent, headers: { 'Idempotency-Key': key } })
    expect({ status: again.status, body: again.text }).toEqual({ status, body })
    expect(Object.fromEntries(again.headers)).toMatchObject({ ...headers, 'idempotent-replayed': 'true' })
  })

  it('has recorded nothing by all of that, but that one followed', async () => {
    const { results } = await env.DB.prepare('SELECT user_id, seq, hash FROM entries').all()
    const known = new Set(rowsOf('entries').map(({ hash }) => hash))
    const since = results.filter(({ hash }) => !known.has(hash as string))
    expect(results).toHaveLength(known.size + 1)
    expect(since).toMatchObject([{ user_id: FOLLOWING }])
  })

  it('knows every event that is delivered again, whether it has its body or not', async () => {
    for (const { provider, id, ...delivery } of delivered) {
      const { state } = rowsOf('inbox').find((row) => row['id'] === id) ?? {}
      const again = await aProvider(provider, 'test', {}, NOW).tell(delivery)
      expect({ ...again, state }).toMatchObject({
        id,
        status: expect.stringMatching(/^(duplicate|conflict)$/),
      })
    }
  })

  it('lets an event go on that waited, once its product is mapped', async () => {
    expect((await strongCheck('u_waits', 'reports')).allowed).toBe(false)
    const references = [{ provider: 'standard-webhooks', ref: 'print' }]
    const product = { name: 'Print', features: [{ feature: 'reports' }], references }
    expect((await ask('PUT', '/v4/products/print', { body: product })).status).toBeLessThan(300)
    await aProvider('standard-webhooks', 'test', {}, NOW).sweep()
    expect((await strongCheck('u_waits', 'reports')).allowed).toBe(true)
  })

  it('carries out what was under way: a move, and a change of a product', async () => {
    await aProvider('standard-webhooks', 'test', {}, NOW + 3_600_000).sweep()
    expect((await strongCheck('u_takes', 'reports')).allowed).toBe(true)
    expect((await strongCheck('u_gives', 'reports')).allowed).toBe(false)
    const { json } = await ask('GET', '/v4/products/team')
    expect(json.settling).toEqual({ sources: 0 })
  })

  it('renews a subscription that it has known for half a year', async () => {
    const later = Date.parse('2027-08-05T10:00:00Z')
    vi.setSystemTime(later)
    const token = await aToken() // those of before have expired by then
    const get = async (path: string) => (await ask('GET', `/v4/users/u_stripe/${path}`, { token })).json
    expect(await get('access/pro?consistency=strong')).toMatchObject({ allowed: false })
    for (const { provider, ...delivery } of next) await aProvider(provider, 'test', {}, later).tell(delivery)
    expect(await get('access/pro?consistency=strong')).toMatchObject({ allowed: true })
    expect((await get('access/credits?consistency=strong')).balance).toMatchObject({ remaining: 100 })
    expect(await get('ledger/verify')).toMatchObject({ intact: true })
  })
})

/** The last head that each user's changes were answered with. */
function heads(): ReadonlyMap<string, string> {
  return new Map(
    asked.flatMap(({ path, headers }) => {
      const head = headers['ledger-head']
      return head === undefined ? [] : [[path.split('/')[3] ?? '', head] as const]
    }),
  )
}

/** Rows in an order that both sides have. */
function sorted(rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.values(row).map(cellOf))).toSorted()
}

function cellOf(value: unknown): Cell {
  if (!Array.isArray(value)) return value as Cell
  return { base64: btoa(String.fromCharCode(...(value as number[]))) }
}
