import { describe, expect, it } from 'vitest'
import { claims, NOW, NOW_SECONDS, token } from '../../support/tokens.ts'
import { anAuthenticator, bearer, expectRefused } from './an-authenticator.ts'

describe('A verified token', () => {
  it('is remembered for a minute', async () => {
    const authenticator = anAuthenticator()
    const authorization = bearer(await token({ payload: claims({ scope: 'access:check' }) }))
    expect(authenticator.remembered(authorization, NOW)).toBeNull()

    const caller = await authenticator.authenticate(authorization, NOW)
    expect(authenticator.remembered(authorization, NOW)).toEqual(caller)
    expect(authenticator.remembered(authorization, NOW + 59_999)).toEqual(caller)
    expect(authenticator.remembered(authorization, NOW + 60_000)).toBeNull()
  })

  it('is forgotten when it expires', async () => {
    const authenticator = anAuthenticator()
    const authorization = bearer(await token({ payload: claims({ exp: NOW_SECONDS + 20 }) }))
    await authenticator.authenticate(authorization, NOW)
    expect(authenticator.remembered(authorization, NOW + 19_999)).not.toBeNull()
    expect(authenticator.remembered(authorization, NOW + 20_000)).toBeNull()
  })

  it('is verified each time in the seconds that clocks may differ', async () => {
    const authenticator = anAuthenticator()
    const authorization = bearer(
      await token({ payload: claims({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS - 1 }) }),
    )
    await authenticator.authenticate(authorization, NOW)
    expect(authenticator.remembered(authorization, NOW)).toBeNull()
  })

  it('is remembered to the letter: no other token passes for it', async () => {
    const authenticator = anAuthenticator()
    const authorization = bearer(await token())
    await authenticator.authenticate(authorization, NOW)
    for (const other of [
      `${authorization}A`,
      authorization.slice(0, -1),
      `${authorization} `,
      undefined,
      '',
      'Bearer ',
    ]) {
      expect(authenticator.remembered(other, NOW)).toBeNull()
    }
  })

  it('is remembered by who verified it, and by no other configuration', async () => {
    const authorization = bearer(await token())
    await anAuthenticator().authenticate(authorization, NOW)
    expect(anAuthenticator({ audiences: ['another'] }).remembered(authorization, NOW)).toBeNull()
  })
})

describe('A refused token', () => {
  it('is never remembered', async () => {
    const authenticator = anAuthenticator()
    const expired = await token({ payload: claims({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS - 30 }) })
    await expectRefused(expired, '"exp" claim timestamp', authenticator)
    expect(authenticator.remembered(bearer(expired), NOW)).toBeNull()
    expect(authenticator.remembered(bearer(expired), NOW - 40_000)).toBeNull()
  })
})
