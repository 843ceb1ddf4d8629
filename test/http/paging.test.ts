import { afterEach, describe, expect, it, vi } from 'vitest'
import { Cursors } from '../../src/app/paging/cursors.ts'
import { type Answered, aFeature, ask, grant, pages } from '../support/api.ts'
import { idAt, withRows } from '../support/rows.ts'
import { aUser } from '../support/user.ts'

const START = Date.now()
// One clock for the whole file: the Worker takes hold of it with its first request.
vi.useFakeTimers({ toFake: ['Date'], now: START })
afterEach(() => void vi.setSystemTime(START))

function idsOf(answers: readonly Answered[]): readonly string[] {
  return answers.flatMap(({ json }) => json.items.map(({ id }: { id: string }) => id))
}

async function fewEntitlements(count: number) {
  const userId = aUser()
  const feature = `feature-${crypto.randomUUID()}`
  await withRows(
    userId,
    Array.from({ length: count }, (_, index) => ({ feature, id: idAt(2 * index + 1) })),
  )
  return { userId, feature }
}

describe('pages', () => {
  it('hold as many as was asked for, and together everything once', async () => {
    const { userId, feature } = await fewEntitlements(7)
    const expected = Array.from({ length: 7 }, (_, index) => idAt(2 * index + 1))
    for (const path of [`/v4/users/${userId}/entitlements`, `/v4/entitlements?feature=${feature}`]) {
      for (const [limit, sizes] of [
        [1, [1, 1, 1, 1, 1, 1, 1]],
        [3, [3, 3, 1]],
        [7, [7]],
        [100, [7]],
      ] as const) {
        const all = await pages(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}`)
        expect(all.map(({ json }) => json.items.length)).toEqual(sizes)
        expect(idsOf(all)).toEqual(expected)
      }
    }
  })

  it('hold fifty when nothing is said', async () => {
    const { userId } = await fewEntitlements(51)
    const all = await pages(`/v4/users/${userId}/entitlements`)
    expect(all.map(({ json }) => json.items.length)).toEqual([50, 1])
  })

  it('neither skip nor repeat what was there from the start, while rows are written before and behind', async () => {
    const { userId } = await fewEntitlements(6)
    let next = 0
    const between = () => withRows(userId, [{ id: idAt(next++ * 4) }])
    const seen = idsOf(await pages(`/v4/users/${userId}/entitlements?limit=2`, between))
    expect(new Set(seen).size).toBe(seen.length)
    for (let index = 0; index < 6; index += 1) expect(seen).toContain(idAt(2 * index + 1))
  })

  it('may be short while there is more: only a null cursor is the end', async () => {
    const userId = aUser()
    const feature = `feature-${crypto.randomUUID()}`
    const found = new Set([2, 1500, 2203])
    await withRows(
      userId,
      Array.from({ length: 2204 }, (_, index) => ({ feature, product: found.has(index) ? 'pro' : 'free' })),
    )
    for (const path of [
      `/v4/users/${userId}/entitlements?product=pro`,
      `/v4/entitlements?feature=${feature}&product=pro`,
    ]) {
      const all = await pages(path)
      expect(all.map(({ json }) => json.items.length)).toEqual([1, 1, 1])
      expect(idsOf(all)).toEqual([...found].map(idAt))
    }
    const none = await pages(`/v4/users/${userId}/entitlements?product=none`)
    expect(none.map(({ json }) => json.items.length)).toEqual([0, 0, 0])
  })

  it('judge states at the moment of the first page, so that none is missed for having changed in between', async () => {
    const userId = aUser()
    const endsAt = START + 60_000
    await withRows(userId, [{ endsAt }, { endsAt }, { endsAt }])
    const path = `/v4/users/${userId}/entitlements?state=active&limit=1`
    const all = await pages(path, () => Promise.resolve(vi.setSystemTime(endsAt + 1)))
    expect(idsOf(all)).toHaveLength(3)
    expect(all.at(-1)?.json.items[0].state).toBe('active')
    expect((await ask('GET', path)).json.items).toEqual([])
  })
})

describe('a cursor', () => {
  it('is of its own listing: another user, filter, order or kind of listing refuses it', async () => {
    const { userId, feature } = await fewEntitlements(3)
    const path = `/v4/users/${userId}/entitlements`
    const cursorOf = async (listing: string) => (await ask('GET', listing)).json.nextCursor as string
    const cursor = await cursorOf(`${path}?feature=${feature}&limit=1`)
    expect((await ask('GET', `${path}?limit=2&feature=${feature}&cursor=${cursor}`)).status).toBe(200)
    for (const other of [
      `${path}?limit=1`,
      `${path}?feature=other&limit=1`,
      `${path}?feature=${feature}&state=active`,
      `/v4/users/${aUser()}/entitlements?feature=${feature}`,
      `/v4/entitlements?feature=${feature}`,
      `/v4/users/${userId}/ledger`,
      `/v4/features`,
    ]) {
      await expectRefused(`${other}${other.includes('?') ? '&' : '?'}cursor=${cursor}`)
    }

    await grant(userId, { feature: await aFeature() })
    await grant(userId, { feature: await aFeature() })
    const newest = await cursorOf(`/v4/users/${userId}/ledger?limit=1`)
    await expectRefused(`/v4/users/${userId}/ledger?order=oldest&cursor=${newest}`)
  })

  it('of the user who is called "all" is not one of all users', async () => {
    const feature = `feature-${crypto.randomUUID()}`
    await withRows('all', [
      { feature, id: idAt(1) },
      { feature, id: idAt(2) },
    ])
    const { json } = await ask('GET', `/v4/users/all/entitlements?feature=${feature}&limit=1`)
    await expectRefused(`/v4/entitlements?feature=${feature}&cursor=${json.nextCursor}`)
  })

  it('that was edited, cut or made up is refused', async () => {
    const { userId } = await fewEntitlements(3)
    const path = `/v4/users/${userId}/entitlements`
    const cursor: string = (await ask('GET', `${path}?limit=1`)).json.nextCursor
    for (const forged of [
      cursor.slice(0, -4),
      `${cursor.startsWith('x') ? 'y' : 'x'}${cursor.slice(1)}`,
      `${cursor.slice(0, 40)}AAAA${cursor.slice(44)}`,
      'eyJhZnRlciI6MX0',
      'ü',
      '%00',
      '-',
      'a'.repeat(3000),
    ]) {
      await expectRefused(`${path}?limit=1&cursor=${forged}`)
    }
    // Whoever reads our source still has not the key of this ledger.
    const forger = new Cursors(() => Promise.resolve('a guess'))
    const sealed = await forger.fromPlace({ features: 'all' }, { after: 'a' })
    await expectRefused(`/v4/features?cursor=${sealed}`)
  })
})

async function expectRefused(path: string): Promise<void> {
  const { status, json } = await ask('GET', path)
  expect([path, status, json.errors?.[0]?.path]).toEqual([path, 400, 'query.cursor'])
}
