import { describe, it } from 'vitest'
import { token } from '../support/tokens.ts'
import { expectNothingDone, expectNoToken, expectWorkDone, mighty } from './an-attacked-worker.ts'

const good = await token({ payload: mighty })

describe('A good token that does not come in the one way is none:', () => {
  it.each([
    ['not at all', {}],
    ['in an empty header', { Authorization: '' }],
    ['without its scheme', { Authorization: good }],
    ['as a scheme alone', { Authorization: 'Bearer' }],
    ['in a scheme that only begins like it', { Authorization: `BearerX ${good}` }],
    ['as Basic', { Authorization: `Basic ${btoa(`alice:${good}`)}` }],
    ['as a password', { Authorization: `Basic ${good}` }],
    ['as DPoP', { Authorization: `DPoP ${good}` }],
    ['as Token', { Authorization: `Token ${good}` }],
    ['behind a tab', { Authorization: `Bearer\t${good}` }],
    ['behind a colon', { Authorization: `Bearer:${good}` }],
    ['behind another scheme', { Authorization: `Basic YQ==, Bearer ${good}` }],
    ['in a cookie', { Cookie: `access_token=${good}; token=${good}; Authorization=Bearer ${good}` }],
    ['for a proxy', { 'Proxy-Authorization': `Bearer ${good}` }],
    [
      'as somebody else forwards it',
      { 'X-Forwarded-Authorization': `Bearer ${good}`, 'X-Authorization': good },
    ],
    ['as Cloudflare Access sends it', { 'Cf-Access-Jwt-Assertion': good }],
    ['as a key', { 'X-Api-Key': good, 'X-Access-Token': good }],
  ])('%s', async (_, headers: Record<string, string>) => {
    await expectNoToken(headers)
  })

  it.each(['access_token', 'token', 'jwt', 'Authorization', 'bearer_token'])(
    'in the query, as %s',
    async (name) => {
      await expectNoToken({}, `?${name}=${good}`)
    },
  )
})

describe('Two tokens are none, because one would have to be chosen:', () => {
  it.each([
    ['both good', `${good}, Bearer ${good}`],
    ['joined without a blank', `${good},Bearer ${good}`],
    ['one good and one forged', `${good}, Bearer a.b.c`],
    ['one forged and one good', `a.b.c, Bearer ${good}`],
    ['one behind the other', `${good} ${good}`],
    ['its scheme twice', `Bearer ${good}`],
    ['behind two blanks', ` ${good}`],
  ])('%s', async (_, made) => {
    await expectNothingDone(made)
  })
})

it('The name of its scheme has no case', async () => {
  for (const scheme of ['bearer', 'BEARER']) {
    await expectWorkDone(good)
    await expectNothingDone(`${scheme} ${good}`)
  }
})
