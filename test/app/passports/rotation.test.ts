import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { aFeature, ask, grant } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { AUDIENCE, ISSUER, askForPassport } from './a-passport.ts'

stopTheClock()

const MINUTE = 60_000

async function aKey(kid: string) {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const jwk = await crypto.subtle.exportKey('jwk', (pair as CryptoKeyPair).privateKey)
  const { kty, crv, x, y, d } = jwk as JsonWebKey
  return (role: string) => ({ kid, role, kty, crv, x, y, d })
}

const [before, after] = [await aKey('before'), await aKey('after')]

type Of = Awaited<ReturnType<typeof anIsolate>>

function configuredWith(...keys: readonly object[]): Promise<Of> {
  return anIsolate({ PASSPORT_KEYS: JSON.stringify({ keys }) })
}

/** Deployments of the ledger, each with the minute at which it begins. The three isolates follow it in turn. */
interface Deployment {
  readonly minute: number
  readonly of: Of
}

/** When each isolate has the configuration that was deployed. */
const LAGS = [0, 2, 4]

/** What an isolate is configured with at a minute. */
function configuredAt(deployments: readonly Deployment[], lag: number, minute: number): Of {
  const reached = deployments.filter((one) => one.minute + lag <= minute)
  return (reached.at(-1) ?? deployments[0])?.of as Of
}

/** A verifier that asks for keys as jose does, through a cache that heeds what the answer says; each asks another isolate. */
function aVerifier(isolateNow: (lag: number) => Of, phase: number) {
  let cached: { readonly body: string; readonly until: number } | null = null
  const fetchKeys = async () => {
    if (cached === null || cached.until <= Date.now()) {
      const of = isolateNow(LAGS[phase % LAGS.length] ?? 0)
      const { headers, text } = await ask('GET', '/.well-known/jwks.json', { token: null, of })
      const seconds = Number(/^public, max-age=(\d+)$/.exec(headers.get('Cache-Control') ?? '')?.[1])
      cached = { body: text, until: Date.now() + seconds * 1000 }
    }
    return new Response(cached.body, { headers: { 'Content-Type': 'application/json' } })
  }
  const jwks = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`), { [customFetch]: fetchKeys })
  const options = { issuer: ISSUER, audience: AUDIENCE, typ: 'entitlements+jwt', algorithms: ['ES256'] }
  return {
    takes: async (passport: string) => {
      try {
        await jwtVerify(passport, jwks, options)
        return true
      } catch {
        return false
      }
    },
  }
}

let userId = ''
beforeAll(async () => {
  userId = aUser()
  await grant(userId, { feature: await aFeature() })
})

interface Shown {
  readonly passport: string
  readonly kid: string
  readonly expiresAt: number
}

async function aPassportOf(of: Of): Promise<Shown> {
  const { json } = await askForPassport(userId, {}, { of, token: await aToken() })
  const header = JSON.parse(atob(json.passport.split('.')[0])) as { readonly kid: string }
  return { passport: json.passport, kid: header.kid, expiresAt: Date.parse(json.expiresAt) }
}

/** Lets minutes pass, in each of which each isolate makes a passport and each verifier is shown all that are good. */
async function refusalsOf(deployments: readonly Deployment[], minutes: number) {
  let minute = 0
  let shown: Shown[] = []
  const verifiers = LAGS.map((_, phase) => aVerifier((lag) => configuredAt(deployments, lag, minute), phase))
  const refused: { readonly minute: number; readonly kid: string }[] = []
  const kids = new Set<string>()
  for (; minute < minutes; minute += 1) {
    for (const lag of LAGS) shown.push(await aPassportOf(configuredAt(deployments, lag, minute)))
    shown = shown.filter(({ expiresAt }) => expiresAt > Date.now())
    for (const { passport, kid } of shown) {
      kids.add(kid)
      for (const { takes } of verifiers) if (!(await takes(passport))) refused.push({ minute, kid })
    }
    pass(MINUTE)
  }
  return { refused, kids: [...kids], verifiers }
}

describe('a key that is changed as the guide says', () => {
  it('announced for fifteen minutes, and published for fifteen after, leaves no minute without a valid answer', async () => {
    const deployments = [
      { minute: 0, of: await configuredWith(before('signing')) },
      { minute: 5, of: await configuredWith(after('announced'), before('signing')) },
      { minute: 20, of: await configuredWith(after('signing'), before('retired')) },
      { minute: 35, of: await configuredWith(after('signing')) },
    ]
    const { refused, kids } = await refusalsOf(deployments, 52)
    expect(refused).toEqual([])
    expect(kids).toEqual(['before', 'after'])
  })
})

describe('a key that was stolen', () => {
  it('is taken out at once: within twenty minutes no verifier takes what it signs, and each takes what the new one does', async () => {
    const deployments = [
      { minute: 0, of: await configuredWith(before('signing')) },
      { minute: 5, of: await configuredWith(after('signing')) },
    ]
    const { refused, verifiers } = await refusalsOf(deployments, 25)
    // The last isolate has it four minutes later, a cache keeps the keys for five, and a verifier for ten.
    expect(refused.filter(({ minute }) => minute >= 5 + 4 + 5 + 10)).toEqual([])
    expect(refused.length).toBeGreaterThan(0)
    const forged = await aPassportOf((deployments[0] as Deployment).of)
    const genuine = await aPassportOf((deployments[1] as Deployment).of)
    for (const { takes } of verifiers) {
      expect(await takes(forged.passport)).toBe(false)
      expect(await takes(genuine.passport)).toBe(true)
    }
  })
})
