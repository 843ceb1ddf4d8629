import { describe, expect, it } from 'vitest'
import { NOON } from '../../domain/samples.ts'
import { IAT, aPassport, claimsWith } from './a-passport.ts'
import { expectRefused, expectTaken, verified } from './a-verifier.ts'

const at = (seconds: number, ms = 0) => ({ now: () => NOON + seconds * 1000 + ms })

describe('What a passport says', () => {
  it('is read', async () => {
    const passport = await expectTaken(await aPassport())
    expect(passport).toMatchObject({
      ok: true,
      userId: 'u_42',
      version: 7,
      catalogVersion: 3,
      expiresAt: '2030-01-01T12:10:00.000Z',
    })
    expect(passport.allows('export-4k')).toBe(true)
    expect(passport.value('export-4k')).toBeUndefined()
    expect(passport.value('seats')).toBe(5)
    for (const feature of ['nothing', 'beta', '__proto__', 'constructor', 'toString', '']) {
      expect([passport.allows(feature), passport.value(feature)]).toEqual([false, undefined])
    }
  })

  it('is of one ledger and for one audience', async () => {
    for (const iss of [undefined, 'https://evil.test', 'https://ledger.test/', ['https://ledger.test'], 7]) {
      await expectRefused(await aPassport({ claims: claimsWith({ iss }) }), 'wrong_issuer')
    }
    for (const aud of [undefined, 'https://other.test', ['https://app.test'], '', null]) {
      await expectRefused(await aPassport({ claims: claimsWith({ aud }) }), 'wrong_audience')
    }
    // As a program without types would leave it out.
    const none = { audience: undefined as unknown as string }
    await expectRefused(await aPassport({ claims: claimsWith({ aud: undefined }) }), 'wrong_audience', none)
  })

  it.each([
    ['no user', { sub: undefined }],
    ['an empty one', { sub: '' }],
    ['a number for one', { sub: 42 }],
    ['no beginning', { iat: undefined }],
    ['no end', { exp: undefined }],
    ['a text as its end', { exp: `${IAT + 600}` }],
    ['a part of a second', { exp: IAT + 599.5 }],
    ['an end at its beginning', { exp: IAT }],
    ['an end before it', { exp: IAT - 1 }],
    ['an end that is more than ten minutes away', { exp: IAT + 601 }],
    ['an end that is no time', { exp: 2 ** 60 }],
    ['no version', { ver: undefined }],
    ['a version below zero', { ver: -1 }],
    ['no version of the catalog', { cat: undefined }],
    ['no rights', { ent: undefined }],
    ['a list of rights', { ent: ['export-4k'] }],
    ['a right that is true', { ent: { 'export-4k': true } }],
    ['a right that is no list', { ent: { 'export-4k': {} } }],
    ['a right at nothing', { ent: { 'export-4k': [null] } }],
    ['a right until nothing', { ent: { 'export-4k': [{ u: null }] } }],
    ['a right from a text', { ent: { 'export-4k': [{ f: `${IAT}` }] } }],
    ['balances as a list', { bal: [] }],
    ['a balance as a text', { bal: { renders: { remaining: '5' } } }],
  ])('is not %s', async (_what, changes) => {
    await expectRefused(await aPassport({ claims: claimsWith(changes) }), 'malformed')
  })

  it('may be more than is known here', async () => {
    const ent = { 'export-4k': [{ later: true }] }
    expect(
      (await expectTaken(await aPassport({ claims: claimsWith({ later: [], ent }) }))).allows('export-4k'),
    ).toBe(true)
  })

  it('is advice of what is metered, and never a yes', async () => {
    const bal = { renders: { remaining: 40, asOf: IAT }, calls: { remaining: -2, asOf: IAT } }
    const passport = await expectTaken(await aPassport({ claims: claimsWith({ bal }) }))
    expect(['renders', 'calls', 'seats', 'toString'].map((feature) => passport.remaining(feature))).toEqual([
      40,
      -2,
      null,
      null,
    ])
    expect(passport.allows('renders')).toBe(false)
    expect((await expectTaken(await aPassport())).remaining('renders')).toBeNull()
  })

  it('is changed by nobody who is told', async () => {
    const text = await aPassport({ claims: claimsWith({ ent: { seats: [{ v: { max: [1] } }] } }) })
    const value = (await expectTaken(text)).value('seats') as { max: number[] }
    expect(() => value.max.push(2)).toThrow(TypeError)
    expect(() => Object.assign(value, { max: 9 })).toThrow(TypeError)
  })
})

describe('The time of a passport', () => {
  it('is until it ends, and a minute for clocks that differ', async () => {
    const text = await aPassport()
    await expectTaken(text, at(659, 999))
    await expectRefused(text, 'expired', at(660))
    await expectRefused(text, 'expired', { ...at(605), skewSeconds: 5 })
    await expectTaken(text, { ...at(604, 999), skewSeconds: 5 })
    await expectRefused(text, 'expired', { ...at(660), skewSeconds: 3600 })
  })

  it('is from when it was made, and a minute before', async () => {
    const text = await aPassport()
    await expectTaken(text, at(-60))
    await expectRefused(text, 'not_yet', at(-60, -1))
    await expectRefused(text, 'not_yet', { ...at(-1), skewSeconds: 0 })
    await expectRefused(text, 'not_yet', { ...at(-61), skewSeconds: Infinity })
  })

  it('is not taken for granted where no clock says it', async () => {
    const text = await aPassport()
    await expectRefused(text, 'not_yet', { now: () => NaN })
    expect((await verified(text, { skewSeconds: NaN })).ok).toBe(false)
  })

  it('ends a right to the second, whatever is allowed for clocks', async () => {
    const passport = await expectTaken(await aPassport())
    expect(passport.value('seats', NOON + 299_999)).toBe(5)
    expect(passport.allows('seats', NOON + 300_000)).toBe(false)
    expect(passport.allows('seats', NOON + 300_999)).toBe(false)
    expect(passport.value('seats', NOON + 301_000)).toBe(3)
    expect(passport.allows('beta', NOON + 399_999)).toBe(false)
    expect(passport.allows('beta', NOON + 400_000)).toBe(true)
  })

  it('goes on for who holds it, until it is over for them', async () => {
    let now = NOON
    const passport = await expectTaken(
      await aPassport({ claims: claimsWith({ ent: { 'export-4k': [{}], ending: [{ u: IAT + 630 }] } }) }),
      {
        now: () => now,
      },
    )
    const told = () => ['export-4k', 'ending'].map((feature) => passport.allows(feature))
    expect(told()).toEqual([true, true])
    now = NOON + 629_999
    expect(told()).toEqual([true, true])
    now = NOON + 630_000
    expect(told()).toEqual([true, false])
    now = NOON + 660_000
    expect(told()).toEqual([false, false])
    now = NOON - 61_000
    expect(told()).toEqual([false, false])
  })
})

describe('A floor', () => {
  it('refuses what was made before something changed', async () => {
    const text = await aPassport()
    await expectTaken(text, { floor: { version: 7, catalogVersion: 3 } })
    await expectTaken(text, { floor: {} })
    await expectRefused(text, 'too_old', { floor: { version: 8 } })
    await expectRefused(text, 'too_old', { floor: { catalogVersion: 4 } })
    await expectRefused(text, 'too_old', { floor: { version: NaN } })
  })

  it('may be of one user', async () => {
    const text = await aPassport()
    const floors = new Map([['u_7', { version: 99 }]])
    const floor = (userId: string) => floors.get(userId)
    await expectTaken(text, { floor })
    floors.set('u_42', { version: 8 })
    await expectRefused(text, 'too_old', { floor })
  })
})
