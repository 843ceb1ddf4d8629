import { describe, it } from 'vitest'
import { AUDIENCE, ISSUER, NOW_SECONDS, signed } from '../support/tokens.ts'
import { expectNothingDone, expectWorkDone, mighty } from './an-attacked-worker.ts'

const HEADER = JSON.stringify({ alg: 'ES256', kid: 'ec' })
const HOUR = 3600

/** A rightly signed token with one claim of exactly this JSON; `null` leaves it out. */
function tokenWith(claim: string, json: string | null, changes: object = {}): Promise<string> {
  const payload = { ...mighty, ...changes, [claim]: json === null ? undefined : '?' }
  return signed(
    HEADER,
    JSON.stringify(payload).replace('"?"', () => json ?? ''),
  )
}

const attacks: Readonly<Record<string, readonly (string | null)[]>> = {
  exp: [
    null,
    `"${NOW_SECONDS + HOUR}"`,
    'null',
    'true',
    'NaN',
    '1e999',
    '-1e999',
    '1e15',
    '9007199254740993',
    '-1',
    '0',
    `${NOW_SECONDS - 6}.9`,
    `${NOW_SECONDS + 86_400}.5`,
    `[${NOW_SECONDS + HOUR}]`,
    '{}',
    `${NOW_SECONDS}`,
    `${NOW_SECONDS - 5}`,
    `${NOW_SECONDS - HOUR}`,
    `${NOW_SECONDS + 86_401}`,
    `${(NOW_SECONDS + HOUR) * 1000}`,
  ],
  iat: [
    null,
    `"${NOW_SECONDS}"`,
    'null',
    '1e999',
    '-1e999',
    '0',
    '-1',
    `${NOW_SECONDS + 6}`,
    `${NOW_SECONDS + 5}.5`,
    '[]',
  ],
  nbf: [`"${NOW_SECONDS}"`, 'null', '1e999', '-1e999', `${NOW_SECONDS + 6}`, `${NOW_SECONDS + 5}.5`, '[]'],
  iss: [
    null,
    'null',
    '""',
    `["${ISSUER}"]`,
    `{"iss":"${ISSUER}"}`,
    `"${ISSUER.slice(0, -1)}"`,
    `"${ISSUER}/"`,
    `"${ISSUER.toUpperCase()}"`,
    `"${ISSUER}evil"`,
    `"evil${ISSUER}"`,
    `" ${ISSUER}"`,
  ],
  aud: [
    null,
    'null',
    '""',
    '[]',
    '{}',
    '"another"',
    '["another"]',
    `[["${AUDIENCE}"]]`,
    `["${AUDIENCE}",7]`,
    `{"aud":"${AUDIENCE}"}`,
    `"${AUDIENCE} "`,
    `"${AUDIENCE.toUpperCase()}"`,
  ],
  sub: [
    null,
    'null',
    '""',
    '7',
    '["alice"]',
    '{}',
    '"alice\\u0000"',
    '"\\ud800"',
    '"alice bob"',
    '".."',
    '"аlice"',
    JSON.stringify('x'.repeat(201)),
  ],
  scope: [
    'null',
    '7',
    '["access:check",7]',
    '[["access:check"]]',
    '{"access:check":true}',
    '"access:check\\tentitlements:write"',
    '"access:check  entitlements:write"',
    '" access:check"',
    '"access:check\\u00a0entitlements:write"',
    JSON.stringify('access:check '.repeat(400).trim()),
  ],
}

const table = Object.entries(attacks).flatMap(([claim, values]) =>
  values.map((json) => [claim, json ?? 'left out', json] as const),
)

it.each(table)('A token whose claim %s is %s is refused', async (claim, _, json) => {
  await expectNothingDone(await tokenWith(claim, json))
})

describe('A token is refused that', () => {
  it.each(['"sub":"mallory"', '"sub":"alice"', '"\\u0073ub":"mallory"', '"exp":9999999999', '"scope":""'])(
    'makes a claim twice: %s',
    async (claim) => {
      await expectNothingDone(await signed(HEADER, JSON.stringify(mighty).replace('{', `{${claim},`)))
      await expectNothingDone(await signed(HEADER, JSON.stringify(mighty).replace(/}$/, `,${claim}}`)))
    },
  )

  it('inherits its claims', async () => {
    const inherited = `{"__proto__":${JSON.stringify(mighty)}}`
    await expectNothingDone(await signed(HEADER, inherited))
    const half = JSON.stringify({ ...mighty, sub: undefined }).replace('{', '{"__proto__":{"sub":"alice"},')
    await expectNothingDone(await signed(HEADER, half))
    const constructed = JSON.stringify({ ...mighty, sub: undefined }).replace(
      '{',
      '{"constructor":{"sub":"alice"},',
    )
    await expectNothingDone(await signed(HEADER, constructed))
  })

  it('ends before it begins', async () => {
    await expectNothingDone(await tokenWith('exp', `${NOW_SECONDS + 1}`, { iat: NOW_SECONDS + 2 }))
  })
})

describe('A token that does what it may', () => {
  it.each([
    ['has a list of audiences', 'aud', JSON.stringify(['https://issuer.test/userinfo', AUDIENCE])],
    ['says more than is asked', 'constructor', '{"prototype":{"scope":""}}'],
    ['began a moment ahead of our clock', 'nbf', `${NOW_SECONDS + 5}`],
  ])('%s', async (_, claim, json) => {
    await expectWorkDone(await tokenWith(claim, json))
  })
})
