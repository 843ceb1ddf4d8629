import fc from 'fast-check'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { listConsumptions } from '../../../../src/app/ledger/consumptions.ts'
import { Cursors } from '../../../../src/app/paging/cursors.ts'
import { NOON } from '../../../domain/samples.ts'
import { aUser } from '../../../support/user.ts'
import { IS_WHOLE } from '../../../support/whole.ts'
import { Diary, type Happening, type Noted, happening, withFeatures } from './a-diary.ts'

beforeAll(withFeatures)

/** Another user with the same history, of which no reversal says what of it no lot had had. */
async function asRecordedBefore(userId: string): Promise<string> {
  const other = aUser()
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO entries (user_id, seq, bytes, hash)
       SELECT ?2, seq, CASE bytes ->> '$.type'
         WHEN 'consumption_reversed' THEN json_remove(bytes, '$.data.overage') ELSE bytes END, hash
       FROM entries WHERE user_id = ?1 ORDER BY seq`,
    ).bind(userId, other),
    env.DB.prepare(
      `INSERT INTO resolutions (user_id, seq, version, how, amount)
       SELECT ?2, seq, version, how, amount FROM resolutions WHERE user_id = ?1`,
    ).bind(userId, other),
  ])
  return other
}

/** What the diary says of an interval, by feature: each figure is a sum over its lines. */
function reckoned(noted: readonly Noted[]) {
  const features = [...new Set(noted.map(({ feature }) => feature))].toSorted()
  return features.map((feature) => {
    const sum = (prefix: string, of: 'amount' | 'overage') =>
      noted
        .filter((one) => one.feature === feature && one.id.startsWith(prefix))
        .reduce((total, one) => total + one[of], 0)
    const [consumed, reversed] = [sum('con_', 'amount'), sum('rev_', 'amount')]
    const overage = sum('con_', 'overage') - sum('rev_', 'overage')
    return { feature, consumed, reversed, net: consumed - reversed, overage }
  })
}

type Asked = Omit<Parameters<typeof listConsumptions>[2], 'cursor'>
type Page = Awaited<ReturnType<typeof listConsumptions>>

async function pagesOf(userId: string, asked: Asked): Promise<readonly Page[]> {
  const listing = { db: env.DB, cursors: new Cursors(async () => 'key') }
  const pages: Page[] = []
  let cursor: string | undefined
  do {
    const page = await listConsumptions(listing, userId, { ...asked, cursor })
    pages.push(page)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return pages
}

/** The totals of pages, added up. */
function addedUp(pages: readonly Page[]) {
  const all = pages.flatMap(({ totals }) => totals)
  const features = [...new Set(all.map(({ feature }) => feature))].toSorted()
  return features.map((feature) => {
    const sum = (of: 'consumed' | 'reversed' | 'net' | 'overage') =>
      all.filter((one) => one.feature === feature).reduce((total, one) => total + one[of], 0)
    return {
      feature,
      consumed: sum('consumed'),
      reversed: sum('reversed'),
      net: sum('net'),
      overage: sum('overage'),
    }
  })
}

const WHOLE = [null, null, 7, false] as const

/** Part of an interval: how much later than the beginning, `null` for open. */
const end = fc.option(fc.nat({ max: 80 }))

describe('whatever was consumed, committed and given back', () => {
  it('is listed and summed as who did it noted it down, in any interval and in pages of any limit', async () => {
    let seen = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 10, maxLength: 40, size: 'max' }),
        fc.array(fc.tuple(end, end, fc.integer({ min: 1, max: 12 }), fc.boolean()), {
          minLength: 4,
          maxLength: 4,
        }),
        async (all, intervals) => {
          const diary = new Diary()
          for (const one of [['grant', 0, 9], ['grant', 1, 5], ...all] as Happening[]) await diary.happen(one)
          const before = await asRecordedBefore(diary.userId)
          for (const [from, length, limit, isOfOne] of [WHOLE, ...intervals]) {
            const interval = {
              ...(from === null ? {} : { from: NOON + from }),
              ...(length === null ? {} : { to: NOON + (from ?? 0) + length }),
            }
            const feature = isOfOne ? 'tokens' : undefined
            const lines = diary.noted.filter(
              (one) =>
                (interval.from ?? 0) <= one.at &&
                one.at < (interval.to ?? Infinity) &&
                one.feature === (feature ?? one.feature),
            )
            seen += lines.length
            const pages = await pagesOf(diary.userId, { ...interval, feature, limit })
            expect(pages.flatMap((page) => page.items ?? [])).toMatchObject(
              lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() })),
            )
            expect(addedUp(pages)).toEqual(reckoned(lines))
            const sums = await pagesOf(diary.userId, { ...interval, feature, limit, totals: 'only' })
            expect([sums.length, addedUp(sums)]).toEqual([1, reckoned(lines)])
            expect(await pagesOf(before, { ...interval, feature, limit: 1000 })).toEqual(
              await pagesOf(diary.userId, { ...interval, feature, limit: 1000 }),
            )
          }
        },
      ),
      { numRuns: IS_WHOLE ? 200 : 15, endOnFailure: true },
    )
    expect(seen).toBeGreaterThan(150)
  })
})
