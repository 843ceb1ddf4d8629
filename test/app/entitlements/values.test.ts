import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

/** Sends a grant whose member is written exactly so, and expects that very member to be refused. */
async function expectRefused(member: string, written: string, feature: string): Promise<void> {
  const body = `{"feature":"${feature}","${member}":${written}}`
  const answered = await ask('POST', `/v4/users/${aUser()}/entitlements`, { body, headers: aKey() })
  expectProblem(answered, 400, 'malformed_request')
  expect(answered.json.errors[0].path).toMatch(new RegExp(`^body\\.${member}`))
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
}

describe('a moment', () => {
  it('is a real one in UTC, to the millisecond, because a guess would move somebody’s end', async () => {
    const feature = await aFeature()
    for (const written of [
      '2099-01-01T00:00:00',
      '2099-01-01',
      '2099-01-01T00:00:00-00:00',
      '2099-01-01T02:00:00+02:00',
      '2099-02-30T00:00:00Z',
      '2099-02-29T00:00:00Z',
      '2099-01-01T24:00:00Z',
      '2099-01-01T23:59:60Z',
      '2099-01-01T00:00:00.0001Z',
      '10000-01-01T00:00:00Z',
      '+010000-01-01T00:00:00Z',
      '1969-12-31T23:59:59.999Z',
      '-000001-01-01T00:00:00Z',
      '2099-01-01t00:00:00z',
      ' 2099-01-01T00:00:00Z',
      '2099-01-01T00:00:00Z\n',
      '٢٠٩٩-01-01T00:00:00Z',
      '',
    ]) {
      await expectRefused('endsAt', JSON.stringify(written), feature)
    }
    for (const written of ['4070908800000', '4070908800', 'true', '{}']) {
      await expectRefused('endsAt', written, feature)
    }
  })

  it('is answered with milliseconds, however it was sent', async () => {
    const feature = await aFeature()
    for (const [sent, answered] of [
      ['2096-02-29T00:00:00Z', '2096-02-29T00:00:00.000Z'],
      ['2099-01-01T00:00:00.1Z', '2099-01-01T00:00:00.100Z'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ]) {
      expect((await grant(aUser(), { feature, endsAt: sent })).json.endsAt).toBe(answered)
    }
  })
})

describe('a number', () => {
  it('is whole and within its bounds', async () => {
    const feature = await aFeature()
    for (const written of [
      '1.5',
      '1000001',
      '-1000001',
      '9007199254740993',
      '1e309',
      '-1e309',
      '"1"',
      'null',
    ]) {
      await expectRefused('priority', written, feature)
    }
    for (const written of ['1000000', '-1000000', '-0', '1e3']) {
      const body = `{"feature":"${feature}","priority":${written}}`
      const { status } = await ask('POST', `/v4/users/${aUser()}/entitlements`, { body, headers: aKey() })
      expect(status).toBe(201)
    }
  })
})

describe('JSON of the caller’s own', () => {
  it('is refused when it could not be kept as it is', async () => {
    const feature = await aFeature('config')
    for (const [member, written] of [
      ['metadata', '{"a":"\\ud800"}'],
      ['metadata', '{"\\udfff":1}'],
      ['metadata', '{"a":[{"b":"x\\ud83dx"}]}'],
      ['metadata', '{"a":1e999}'],
      ['value', '"\\ud800"'],
      ['value', '[-1e999]'],
      ['metadata', '[]'],
      ['metadata', '"text"'],
      ['metadata', 'null'],
    ] as const) {
      await expectRefused(member, written, feature)
    }
  })

  it('is refused when it is deeper or larger than the contract says, however deep or large it is', async () => {
    const feature = await aFeature('config')
    for (const depth of [33, 1000, 10_000]) await expectRefused('metadata', nested(depth), feature)
    await expectRefused('value', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, feature)
    await expectRefused('metadata', `${'{"0":'.repeat(10_000)}1${'}'.repeat(10_000)}`, feature)
    await expectRefused('metadata', JSON.stringify({ a: 'x'.repeat(4089) }), feature)
    await expectRefused('value', JSON.stringify('ü'.repeat(2048)), feature)
    const manyKeys = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 0]))
    await expectRefused('metadata', JSON.stringify(manyKeys), feature)
  })

  it('is kept up to there, with any character that is one', async () => {
    const feature = await aFeature('config')
    for (const metadata of [
      JSON.parse(nested(32)),
      { a: 'x'.repeat(4088) },
      { nul: 'a\u0000b', rtl: '\u202e', zwj: '👩‍👩‍👧', nfd: 'u\u0308', sql: "'; DROP TABLE entries; --" },
    ]) {
      const { status, json } = await grant(aUser(), { feature, value: metadata, metadata })
      expect(status).toBe(201)
      expect([json.value, json.metadata]).toEqual([metadata, metadata])
    }
  })
})

describe('a name', () => {
  it('is written as the contract says, and no look-alike of it', async () => {
    for (const written of [
      '',
      'Export',
      'export 4k',
      '-export',
      '__proto__',
      'ëxport',
      'a'.repeat(65),
      'a\u0000',
    ]) {
      const { status, json } = await grant(aUser(), { feature: written })
      expect([written, status, json.errors?.[0]?.path]).toEqual([written, 400, 'body.feature'])
    }
    const feature = await aFeature()
    for (const written of ['', 'two words', 'ü', 'a'.repeat(256), 'a\u0000']) {
      await expectRefused('sourceRef', JSON.stringify(written), feature)
    }
  })
})
