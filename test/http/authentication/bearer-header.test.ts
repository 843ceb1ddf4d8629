import { describe, expect, it, vi } from 'vitest'
import { claims, ISSUER, NOW, token } from '../../support/tokens.ts'
import { anAuthenticator, bearer, expectRefused, refusal } from './an-authenticator.ts'

const NO_TOKEN = {
  code: 'unauthenticated',
  facts: {
    detail: expect.stringMatching(
      /^(There is no token|The scheme is not Bearer): send Authorization: Bearer/,
    ),
  },
  headers: { 'WWW-Authenticate': 'Bearer' },
}

describe('The Authorization header', () => {
  it('names the caller by the token’s sub and scopes', async () => {
    const payload = claims({ sub: 'auth0|5f7c', scope: 'access:check entitlements:write' })
    const authorization = bearer(await token({ payload }))
    const caller = await anAuthenticator().authenticate(authorization, NOW)
    expect(caller).toEqual({
      issuer: ISSUER,
      subject: 'auth0|5f7c',
      scopes: new Set(['access:check', 'entitlements:write']),
      users: ['auth0|5f7c'],
      usersPrefix: '',
    })
  })

  it.each(['bearer', 'BEARER', 'bEaReR'])(
    'takes the scheme as %s, because schemes have no case',
    async (scheme) => {
      const { subject } = await anAuthenticator().authenticate(`${scheme} ${await token()}`, NOW)
      expect(subject).toBe('alice')
    },
  )

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['Basic', 'Basic YWxpY2U6c2VjcmV0'],
    ['DPoP', 'DPoP abc'],
    ['a token in another scheme', 'Basic Bearer abc'],
    ['a scheme alone', 'Bearer'],
    ['a scheme that only begins like Bearer', 'BearerX abc'],
  ])('asks for a bearer token when there is %s', async (_, authorization) => {
    expect(await refusal(anAuthenticator(), authorization)).toEqual(NO_TOKEN)
  })

  it('refuses a token without its scheme', async () => {
    expect(await refusal(anAuthenticator(), await token())).toEqual(NO_TOKEN)
  })

  it('refuses two tokens, because it would have to choose one', async () => {
    const good = await token()
    for (const tokens of [`${good}, Bearer ${good}`, `${good} ${good}`, `${good},${good}`]) {
      await expectRefused(tokens, 'not three parts')
    }
  })

  it.each([' ', '\t', '"', 'token='])('refuses a token behind "Bearer " and %j', async (prefix) => {
    await expectRefused(prefix + (await token()), 'not three parts')
  })

  it('tells the log why a token was refused, and nothing of the token', async () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => {})
    const wrong = await token({ payload: claims({ sub: 'not an id', scope: 'a"b', secret: 'mallory' }) })
    await refusal(anAuthenticator(), bearer(wrong))
    const lines = info.mock.calls.map(([line]) => String(line))
    info.mockRestore()
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines.join(''))).toMatchObject({
      event: 'token_refused',
      reason: expect.stringContaining('payload.sub'),
    })
    for (const part of [...wrong.split('.'), 'not an id', 'a"b', 'mallory'])
      expect(lines.join('')).not.toContain(part)
  })
})
