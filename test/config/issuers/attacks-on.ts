import { base64url } from 'jose'
import { PRESETS } from '../../../src/config/issuers/presets.ts'
import { secretsOfAPublicKey } from '../../support/secrets-of-a-public-key.ts'
import {
  ecKey,
  edKey,
  NOW_SECONDS,
  pssKey,
  rsaKey,
  signed,
  signedParts,
  signedWithSecret,
  token,
  wideEcKey,
} from '../../support/tokens.ts'
import type { Vendor } from './vendors.ts'

type Attack = readonly [name: string, token: string]

const HOUR = 3600
const NO_MOMENTS = ['null', 'true', '[]', '{}', '"1800000000"', 'NaN', '1e999', '-1e999']
const NO_TEXTS = ['null', '""', '7', '[]', '{}', 'true', '[["x"]]']

/** By claim, what it cannot be, as JSON; `undefined` leaves it out. */
function claimsOf(iss: string): Readonly<Record<string, readonly (string | undefined)[]>> {
  return {
    exp: [
      undefined,
      ...NO_MOMENTS,
      '-1',
      '0',
      '1e15',
      ...[-HOUR, -6, 0, 86_401].map((seconds) => `${NOW_SECONDS + seconds}`),
      `${(NOW_SECONDS + HOUR) * 1000}`,
    ],
    iat: [undefined, ...NO_MOMENTS, '0', '-1', ...[6, 2 * HOUR].map((seconds) => `${NOW_SECONDS + seconds}`)],
    nbf: [...NO_MOMENTS, `${NOW_SECONDS + 6}`],
    iss: [
      undefined,
      ...NO_TEXTS,
      ...[`${iss}/`, `${iss}x`, `x${iss}`, ` ${iss}`, iss.slice(0, -1), iss.toUpperCase()].map((text) =>
        JSON.stringify(text),
      ),
      JSON.stringify([iss]),
    ],
    sub: [
      undefined,
      ...NO_TEXTS,
      '"two words"',
      '".."',
      '"alice\\u0000"',
      '"\\ud800"',
      JSON.stringify('x'.repeat(201)),
    ],
  }
}

const HEADERS: readonly object[] = [
  ...[
    'none',
    'None',
    'NONE',
    '',
    'HS256',
    'HS512',
    'ES256K',
    'ES512',
    'dir',
    'RSA-OAEP',
    '__proto__',
    undefined,
    null,
    7,
    ['RS256'],
  ].map((alg) => ({ alg })),
  ...[
    'unknown',
    '',
    ' ',
    '../../../dev/null',
    "' OR '1'='1",
    '__proto__',
    'constructor',
    'k'.repeat(2000),
    null,
    0,
    ['ec'],
    {},
  ].map((kid) => ({ kid })),
  ...['', 'id+jwt', 'rt+jwt', 'logout+jwt', 'dpop+jwt', 'JWS', ['JWT'], 7].map((typ) => ({ typ })),
  { crit: ['exp'] },
  { crit: [] },
  { crit: ['b64'], b64: false },
  { b64: false },
  { zip: 'DEF' },
  { cty: 'JWT' },
]

/** The attacks of `test/attack/token-*` on the tokens of one vendor, all that can be told without knowing its key. */
export async function attacksOn(
  preset: string,
  { key }: Vendor,
  payload: Readonly<Record<string, unknown>>,
): Promise<readonly Attack[]> {
  const header = { alg: key.alg, kid: key.jwk['kid'] }
  const [headerText, text] = [JSON.stringify(header), JSON.stringify(payload)]
  const good = await token({ key, payload })
  const [first = '', second = '', signature = ''] = good.split('.')

  const claims = Object.entries(claimsOf(String(payload['iss']))).flatMap(([claim, values]) =>
    values.map(async (json): Promise<Attack> => {
      const changed = JSON.stringify({ ...payload, [claim]: json === undefined ? undefined : '?' })
      return [
        `${claim} ${json}`,
        await signed(
          headerText,
          changed.replace('"?"', () => json ?? ''),
          key,
        ),
      ]
    }),
  )
  const twice = [
    '"sub":"mallory"',
    '"\\u0073ub":"mallory"',
    '"exp":9999999999',
    '"iss":"https://evil.test/"',
    '"x":{"y":1,"y":2}',
  ].flatMap((claim) => [
    made(`twice ${claim}`, signed(headerText, text.replace('{', `{${claim},`), key)),
    made(`twice at the end ${claim}`, signed(headerText, text.replace(/}$/, `,${claim},"sub":"x"}`), key)),
  ])
  const headers = HEADERS.map((changes) =>
    made(JSON.stringify(changes), token({ key, header: changes, payload })),
  )
  const byOthers = [ecKey, rsaKey, edKey, pssKey, wideEcKey]
    .filter(({ alg }) => alg !== key.alg)
    .flatMap((forger) => [
      made(`by ${forger.alg}`, token({ key: forger, payload, header: { kid: header.kid } })),
      made(`by ${forger.alg} in its name`, token({ key: forger, payload, header })),
      made(
        `by ${forger.alg} that it brings`,
        token({ key: forger, payload, header: { ...header, jwk: forger.jwk } }),
      ),
      made(
        `by ${forger.alg} from elsewhere`,
        token({
          key: forger,
          payload,
          header: { ...header, jku: 'https://evil.test/', x5u: 'https://evil.test/' },
        }),
      ),
    ])
  const secrets = Object.entries(await secretsOfAPublicKey(key)).flatMap(([name, secret]) =>
    ['HS256', key.alg].map((alg) =>
      made(`HMAC ${alg} ${name}`, signedWithSecret({ ...header, alg }, payload, secret)),
    ),
  )
  const bytes = base64url.decode(signature)
  const signatures = [
    new Uint8Array(bytes.length),
    bytes.toReversed(),
    bytes.slice(1),
    bytes.slice(0, -1),
    new Uint8Array([0, ...bytes]),
    new Uint8Array([...bytes, 0]),
    new Uint8Array([...bytes, ...bytes]),
    new Uint8Array(1),
    bytes.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte)),
    bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
  ].map((changed, at) => made(`signature ${at}`, `${first}.${second}.${base64url.encode(changed)}`))
  const payloads = [
    'null',
    '[]',
    '"text"',
    '7',
    '{',
    `${text}{}`,
    `\u{feff}${text}`,
    `\0${text}`,
    `{"__proto__":${text}}`,
  ].flatMap((changed) => [
    made(`payload ${changed.slice(0, 20)}`, signed(headerText, changed, key)),
    made(`header ${changed.slice(0, 20)}`, signed(changed, text, key)),
  ])
  const spellings = [
    first,
    `${first}.${second}`,
    `${first}.${second}.`,
    `.${second}.${signature}`,
    `${good}.${signature}`,
    `${good}==`,
    ` ${good}`,
    `"${good}"`,
    `${good}, Bearer ${good}`,
    `${good}A`.repeat(8),
    good.replace('.', '. '),
    good.replaceAll('.', '%2E'),
    `${second}.${first}.${signature}`,
    `${base64url.encode(JSON.stringify({ ...header, typ: 'JWT' }))}.${second}.${signature}`,
    `${first}.${base64url.encode(text.replace('{', '{"x":1,'))}.${signature}`,
    JSON.stringify({ protected: first, payload: second, signature }),
  ].map((changed, at) => made(`spelling ${at}`, changed))
  const latin = Uint8Array.from(text.replace(/}$/, ',"x":"é"}'), (letter) => letter.charCodeAt(0))
  // Where the issuer says it by its own name, an audience that is there has to agree.
  const { audienceClaim = 'aud' } = { ...PRESETS[preset] }
  const toldIn = audienceClaim === 'iss' ? 'aud' : audienceClaim
  const audiences = ['another', '', ' ', ['another'], [], {}, 7, null].map((told) =>
    made(`${toldIn} ${JSON.stringify(told)}`, token({ key, payload: { ...payload, [toldIn]: told } })),
  )
  return Promise.all([
    ...claims,
    ...twice,
    ...headers,
    ...byOthers,
    ...secrets,
    ...signatures,
    ...payloads,
    ...spellings,
    ...audiences,
    made('Latin-1', signedParts(first, base64url.encode(latin), key)),
  ])
}

async function made(name: string, attack: string | Promise<string>): Promise<Attack> {
  return [name, await attack]
}
