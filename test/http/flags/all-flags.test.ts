import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aCountingIsolate } from '../../support/a-counting-isolate.ts'
import { MINUTE, SECOND } from '../../support/a-reader.ts'
import { type Answered, aFeature, aKey, ask, grant, pathOf } from '../../support/api.ts'
import { publishedCatalog } from '../../support/a-changing-catalog.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { untilPublished } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { evaluateAll, evaluateSince } from './evaluate.ts'

stopTheClock()

interface TheFlag {
  readonly key: string
  readonly value?: unknown
  readonly reason: string
  readonly metadata: { readonly source: string }
}

/** A feature of each type, and an isolate that knows the catalog of now. */
async function aCatalogOfNow() {
  const keys = [await aFeature(), await aFeature('config'), await aFeature('metered')] as const
  await publishedCatalog()
  return { keys, ...(await aCountingIsolate()) }
}

/** A user with a boolean feature, whose copy is in KV, and the flags as they were told first. */
async function aHolder(terms: object = {}) {
  const { keys, ...isolate } = await aCatalogOfNow()
  const [userId, feature] = [aUser(), keys[0]]
  const granted = await grant(userId, { feature, ...terms })
  await untilPublished(userId)
  const { of } = isolate
  const first = await evaluateAll(userId, { of })
  const tag = first.headers.get('ETag') ?? ''
  const valueOf = (flags: readonly TheFlag[]) => flags.find(({ key }) => key === feature)?.value
  return { userId, feature, granted, first, tag, valueOf, ...isolate }
}

describe('all flags', () => {
  it('are all features of the catalog, also those of which the user has nothing', async () => {
    const { keys, of } = await aCatalogOfNow()
    const [boolean, config, metered] = keys
    await ask('DELETE', `/v4/features/${metered}`)
    const { status, json } = await evaluateAll(aUser(), { of })
    expect(status).toBe(200)
    const { results } = await env.DB.prepare('SELECT key, type FROM features').all<{
      key: string
      type: string
    }>()
    const flags = new Map<string, TheFlag>(json.flags.map((one: TheFlag) => [one.key, one]))
    expect([...flags.keys()].toSorted()).toEqual(results.map(({ key }) => key).toSorted())
    for (const { key, type } of results)
      expect(flags.get(key)?.value).toBe(type === 'config' ? undefined : false)
    expect(flags.get(boolean)).toMatchObject({ reason: 'TARGETING_MATCH', variant: 'no_entitlement' })
    expect(flags.get(config)).toMatchObject({ reason: 'DISABLED', variant: 'no_entitlement' })
    expect(flags.get(metered)).toMatchObject({ reason: 'TARGETING_MATCH', value: false })
  })

  it('hold also what this isolate’s catalog does not know yet and the user has', async () => {
    const { of } = await aCatalogOfNow()
    await evaluateAll(aUser(), { of })
    const [userId, feature, limit] = [aUser(), await aFeature(), await aFeature('config')]
    await grant(userId, { feature })
    await grant(userId, { feature: limit, value: 3 })
    await untilPublished(userId)
    const { json } = await evaluateAll(userId, { of })
    expect(json.flags).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: feature, value: true }),
        expect.objectContaining({ key: limit, value: 3 }),
      ]),
    )
  })

  it('are as fresh as a no', async () => {
    const { userId, feature, granted, valueOf, of } = await aHolder()
    await ask('DELETE', pathOf(granted))
    pass(5 * SECOND)
    const { json } = await evaluateAll(userId, { of })
    expect(valueOf(json.flags)).toBe(false)
    expect(json.flags).toContainEqual(expect.objectContaining({ key: feature, variant: 'revoked' }))
  })
})

describe('the tag of all flags', () => {
  it('is answered 304 while they say the same, with nothing but the tag', async () => {
    const { userId, tag, of } = await aHolder()
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/)
    for (const said of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const { status, text, headers } = await evaluateSince(userId, said, { of })
      expect([status, text, headers.get('ETag')]).toEqual([304, '', tag])
      expect(headers.get('Cache-Control')).toBe('private, no-store')
      expect(headers.get('Server-Timing')).toMatch(/^memory;dur=/)
    }
    for (const said of ['*', '"other"', '', tag.slice(1, -1), `${tag}x`]) {
      expect((await evaluateSince(userId, said, { of })).status).toBe(200)
    }
  })

  it('stays through time and confirmations that change nothing', async () => {
    const { userId, first, tag, of } = await aHolder()
    pass(6 * SECOND)
    const { json, headers } = await evaluateAll(userId, { of })
    expect(headers.get('ETag')).toBe(tag)
    expect(json.flags[0].metadata.asOf > first.json.flags[0].metadata.asOf).toBe(true)
    expect((await evaluateSince(userId, tag, { of })).status).toBe(304)
  })

  it('is another one as soon as time alone has changed an answer', async () => {
    const endsAt = new Date(Date.now() + 10 * MINUTE).toISOString()
    const { userId, tag, valueOf, of } = await aHolder({ endsAt })
    pass(Date.parse(endsAt) - Date.now() - 1)
    await publishedCatalog()
    expect((await evaluateSince(userId, tag, { of })).status).toBe(304)
    pass(1)
    const { status, json } = await evaluateSince(userId, tag, { of })
    expect([status, valueOf(json.flags)]).toEqual([200, false])
  })

  it('is another one after every change of the user, of what is left, and of the catalog', async () => {
    const { userId, feature, granted, tag, of } = await aHolder()
    const meter = await aFeature('metered')
    await publishedCatalog()
    const tags = new Set([tag])
    const expectAnother = async (change: Promise<{ readonly status: number }>) => {
      expect((await change).status).toBeLessThan(300)
      await publishedCatalog()
      pass(15 * SECOND)
      await evaluateAll(userId, { of }) // has KV asked for the catalog
      const { status, headers } = await evaluateSince(userId, [...tags].join(', '), { of })
      expect(status).toBe(200)
      tags.add(headers.get('ETag') ?? '')
    }
    const headers = aKey()
    await expectAnother(grant(userId, { feature: meter, amount: 10 }))
    await expectAnother(
      ask('POST', `/v4/users/${userId}/consumptions`, { headers, body: { feature: meter, amount: 1 } }),
    )
    await expectAnother(ask('POST', `${pathOf(granted)}/suspend`, { headers: aKey() }))
    await expectAnother(ask('POST', `${pathOf(granted)}/resume`, { headers: aKey() }))
    await expectAnother(ask('PATCH', `/v4/features/${feature}`, { body: { enabled: false } }))
    await expectAnother(ask('PATCH', `/v4/features/${feature}`, { body: { enabled: true } }))
    await expectAnother(ask('PUT', `/v4/features/${aUser()}`, { body: { type: 'boolean' } }))
    await expectAnother(ask('DELETE', pathOf(granted)))
    expect(tags.size).toBe(9)
  })

  it('of another user is 304 only where that one is told the same', async () => {
    const { userId, tag, first, of } = await aHolder()
    const nobody = await evaluateAll(aUser(), { of })
    expect((await evaluateSince(aUser(), tag, { of })).status).toBe(200)
    const other = nobody.headers.get('ETag') ?? ''
    expect((await evaluateSince(userId, other, { of })).status).toBe(200)
    const stranger = aUser()
    expect((await evaluateSince(stranger, other, { of })).status).toBe(304)
    const told = ({ json }: Answered) =>
      json.flags.map(({ metadata: { source: _source, ...metadata }, ...flag }: TheFlag) => [flag, metadata])
    expect(told(await evaluateAll(stranger, { of }))).toEqual(told(nobody))
    expect(told(first)).not.toEqual(told(nobody))
  })

  it('prolongs no yes: where nobody can say that it still is one, it is 503', async () => {
    const { userId, tag, counted, of } = await aHolder()
    counted.isCutOff = true
    expect((await evaluateSince(userId, tag, { of })).status).toBe(304)
    pass(5 * SECOND)
    const { status, json } = await evaluateSince(userId, tag, { of })
    expect([status, json.code]).toEqual([503, 'ledger_unavailable'])
  })
})
