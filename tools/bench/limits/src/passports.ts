import { type Context, Hono } from 'hono'
import { CompactSign, decodeJwt, importJWK, type JWTPayload } from 'jose'
import { recordToCatalog } from '../../../../src/domain/catalog/catalog.ts'
import { passportClaims } from '../../../../src/domain/user/passport/passport-claims.ts'
import type { Snapshot } from '../../../../src/domain/user/snapshot.ts'
import { signedPassport } from '../../../../src/passports/signed-passport.ts'
import type { Env } from './env.ts'

const PATH = '/v4/users/:userId/passports'

/** So many are made for one request where it is about these alone. */
const MADE_AT_ONCE = 50

type Asked = Context<{ Bindings: Env }>

let key: Awaited<ReturnType<typeof importJWK>> | null = null

async function joseSigned({ PASSPORT_KEY }: Env, claims: JWTPayload): Promise<string> {
  const { kid, ...jwk } = JSON.parse(PASSPORT_KEY) as { kid: string }
  key ??= await importJWK(jwk, 'ES256')
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'entitlements+jwt' })
    .sign(key)
}

/** What the ledger signed when it was asked once. */
function sampleOf({ env }: Asked) {
  const { body, ...answer } = env.SAMPLES.answers.passport
  const sample = JSON.parse(body) as { passport: string }
  return { ...answer, sample, claims: decodeJwt(sample.passport) }
}

/** Hono, the body as JSON, and jose that signs what the ledger signs. */
export const passport = new Hono<{ Bindings: Env }>().post(PATH, async (c) => {
  const { audience: aud } = await c.req.json<{ audience: string }>()
  const { sample, claims, status, headers } = sampleOf(c)
  const signed = await joseSigned(c.env, { ...claims, sub: c.req.param('userId'), aud })
  return new Response(JSON.stringify({ ...sample, passport: signed }), { status, headers })
})

async function many(c: Asked, make: () => Promise<string>): Promise<Response> {
  let bytes = 0
  for (let made = 0; made < MADE_AT_ONCE; made += 1) bytes += (await make()).length
  return c.json({ bytes })
}

/** jose that signs what the ledger signs, and nothing else. */
export const bareSign = new Hono<{ Bindings: Env }>().post(PATH, (c) => {
  const { claims } = sampleOf(c)
  return many(c, () => joseSigned(c.env, claims))
})

/** What the ledger does for a passport besides its door: the claims of a snapshot, and the signature. */
export const passportAlone = new Hono<{ Bindings: Env }>().post(PATH, (c) => {
  const { claims } = sampleOf(c)
  const { snapshot } = JSON.parse(c.env.SAMPLES.snapshot) as { snapshot: Snapshot }
  const keys = keysOf(c.env)
  const features = Object.keys(snapshot.features)
  const catalog = recordToCatalog({ version: 1, features: features.map(aFeature), everyone: [] })
  const terms = { issuer: String(claims.iss), audience: String(claims.aud), features, balances: false }
  const lives = { lifeMs: 600_000, valueLifeMs: 600_000 }
  return many(c, () => {
    const now = Date.now()
    const known = { ...snapshot, confirmedAt: now }
    const basis = { snapshot: known, catalog, catalogConfirmedAt: now }
    return signedPassport(passportClaims(basis, { ...terms, ...lives }, now), keys)
  })
})

type Keys = Parameters<typeof signedPassport>[1]

let keys: Keys | null = null

function keysOf({ PASSPORT_KEY }: Env): Keys {
  const jwk = JSON.parse(PASSPORT_KEY) as Omit<Keys['keys'][number], 'role'>
  keys ??= { keys: [{ ...jwk, role: 'signing' }] }
  return keys
}

function aFeature(name: string) {
  return {
    key: name,
    type: 'boolean',
    overage: 'deny',
    combine: 'latest',
    archived: false,
    enabled: true,
  } as const
}
