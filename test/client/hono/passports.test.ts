import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { type AccessProof, requireAccess } from '../../../src/client/hono/require-access.ts'
import { localJwks } from '../../../src/client/passport/local-jwks.ts'
import type { PassportJwks } from '../../../src/client/passport/passport-jwks.ts'
import { verifyPassport } from '../../../src/client/passport/verify-passport.ts'
import { type FakeLedger, fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import { NOON } from '../../domain/samples.ts'
import { AUDIENCE, ISSUER, KEY, aPassport, claimsWith, jwksOf } from '../passport/a-passport.ts'

interface Request {
  readonly user?: string
  readonly passport?: string
}

/** An app that gates by passports, whose session is a header, and what it answers to a request. */
function anApp(ledger: FakeLedger | null, jwks: PassportJwks = localJwks(jwksOf(KEY))) {
  const asked = {
    user: (c: { readonly req: { header: (name: string) => string | undefined } }) => c.req.header('session'),
    passport: (c: { readonly req: { header: (name: string) => string | undefined } }) =>
      verifyPassport(c.req.header('Entitlement-Passport'), {
        jwks,
        issuer: ISSUER,
        audience: AUDIENCE,
        now: () => NOON,
      }),
  }
  const proof: AccessProof<object> = ledger === null ? asked : { ...asked, ledger }
  const app = new Hono()
  app.get('/export', requireAccess('export-4k', proof), (c) => c.text('here it is'))
  app.get('/seats', requireAccess('seats', proof), requireAccess('export-4k', proof), (c) =>
    c.json(c.var.values),
  )
  app.get('/beta', requireAccess('beta', proof), (c) => c.text('here it is'))
  return (path: string, { user = 'u_42', passport }: Request = {}) => {
    const shown = passport === undefined ? {} : { 'Entitlement-Passport': passport }
    return app.request(path, { headers: { session: user, ...shown } })
  }
}

/** A ledger that answers nobody. */
function aSilentLedger(): FakeLedger {
  const ledger = fakeLedger({ u_42: ['export-4k'] })
  ledger.fault = 'unavailable'
  return ledger
}

describe('requireAccess with passports', () => {
  it('lets through whom a passport lists, and asks nobody', async () => {
    const ask = anApp(aSilentLedger())
    expect((await ask('/export', { passport: await aPassport() })).status).toBe(200)
    expect((await ask('/export')).status).toBe(503)
  })

  it('asks the ledger where the passport does not say yes', async () => {
    const ask = anApp(fakeLedger({ u_42: ['beta'] }))
    expect((await ask('/beta', { passport: await aPassport() })).status).toBe(200)
    expect((await ask('/beta', { passport: 'nonsense' })).status).toBe(200)
    const answer = await ask('/export', { passport: await aPassport({ claims: claimsWith({ ent: {} }) }) })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'access_denied', reason: 'unknown_feature' })
  })

  it('knows nobody by a passport, and takes none of another user', async () => {
    const passport = await aPassport()
    expect((await anApp(null)('/export', { user: '', passport })).status).toBe(401)
    const answer = await anApp(null)('/export', { user: 'u_7', passport })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ reason: 'not_in_passport' })
    expect((await anApp(fakeLedger())('/export', { user: 'u_7', passport })).status).toBe(403)
  })

  it('takes none that is older than what the app has changed itself', async () => {
    const ledger = fakeLedger()
    const ask = anApp(ledger)
    const passport = await aPassport()
    ledger.user('u_42').expect(7)
    expect((await ask('/export', { passport })).status).toBe(200)
    ledger.user('u_42').expect(8)
    ledger.fault = 'unavailable'
    expect((await ask('/export', { passport })).status).toBe(503)
  })

  it('tells handlers the values, by whichever it was', async () => {
    const passport = await aPassport()
    expect(await (await anApp(null)('/seats', { passport })).json()).toEqual({ seats: 5 })
    const ledger = fakeLedger({ u_42: ['export-4k', { feature: 'seats', value: 9 }] })
    expect(await (await anApp(ledger)('/seats')).json()).toEqual({ seats: 9 })
  })

  it('says without a ledger that it is not in the passport, and why none was taken', async () => {
    const ask = anApp(null)
    const listed = await ask('/beta', { passport: await aPassport() })
    expect(listed.status).toBe(403)
    expect(await listed.json()).toEqual({
      type: 'about:blank',
      status: 403,
      code: 'access_denied',
      title: 'The user may not use this',
      feature: 'beta',
      reason: 'not_in_passport',
      retryable: false,
    })
    expect(await (await ask('/export')).json()).toMatchObject({
      reason: 'not_in_passport',
      passport: 'missing',
    })
  })

  it('is 503 where nobody knows the keys, and nobody else says', async () => {
    const passport = await aPassport()
    const none = localJwks({})
    for (const ledger of [null, aSilentLedger()]) {
      const answer = await anApp(ledger, none)('/export', { passport })
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ code: 'access_unknown', retryable: true })
    }
    expect((await anApp(fakeLedger({ u_42: ['export-4k'] }), none)('/export', { passport })).status).toBe(200)
  })
})
