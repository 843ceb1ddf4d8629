import { describe, expect, it } from 'vitest'
import { anAuthenticator, expectRefused } from '../../http/authentication/an-authenticator.ts'
import { ask } from '../../support/api.ts'
import { anIsolate } from '../../support/isolate.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { AUDIENCE, ISSUER, askForPassport, publishedKeys } from './a-passport.ts'

describe('a passport', () => {
  it('lets nobody in, though its user’s own token would be taken', async () => {
    const { json } = await askForPassport(aUser())
    expectProblem(await ask('GET', '/v4/features', { token: json.passport }), 401, 'unauthenticated')
  })

  it('lets nobody in where its issuer, its audience and its keys are trusted: it is of another kind', async () => {
    const { json } = await askForPassport(aUser())
    const trusting = anAuthenticator({ issuer: ISSUER, audiences: [AUDIENCE], jwks: await publishedKeys() })
    await expectRefused(json.passport, 'header.typ is of another kind', trusting, Date.now())
  })
})

it('a ledger that would take tokens of the issuer of its own passports serves nothing, and says why', async () => {
  const of = await anIsolate({ PASSPORT_ISSUER: 'https://issuer.test' })
  const answered = await ask('GET', '/readyz', { token: null, of })
  expectProblem(answered, 503, 'misconfigured')
  expect(answered.json.detail).toBe('PASSPORT_ISSUER must not be an issuer whose tokens are taken')
})
