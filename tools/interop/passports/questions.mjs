import { base64url } from 'jose'
import { aPassport, claimsWith } from '../../../test/client/passport/a-passport.ts'
import { USER, api } from '../flags/questions.mjs'
import { HIGH_S, oddPassports } from './odd-passports.mjs'

/** What a ledger of `npm start` has as `PASSPORT_ISSUER`. */
const ISSUER = 'http://localhost:8787'
const AUDIENCE = 'https://app.example.com'
const ELSEWHERE = 'https://elsewhere.example.com'

/** Who has it may use this now. Of what is metered, switched off or nobody's, a passport says nothing. */
const RIGHTS = { 'export-4k': true, 'project-limit': 5, tier: 'gold', regions: ['eu', 'us'], closing: true }
const FEATURES = [...Object.keys(RIGHTS), 'opening', 'export-8k', 'retired', 'renders', 'nowhere', 'toString']

/** A question to a verifier, with what has to come of it: what may be used, or `null` where it is to be refused. */
export function asked(name, text, expected, known = {}) {
  return { name, text, issuer: ISSUER, audience: AUDIENCE, features: FEATURES, expected, ...known }
}

/** A passport as a ledger makes it, of whatever a user has there. */
export async function issuedBy(ledger, versions = {}) {
  const body = { audience: AUDIENCE, ...versions }
  return (await api(ledger, 'POST', `/v4/users/${USER}/passports`, body)).passport
}

/** What is asked about a ledger that has what is asked of flags, and whose key signs here also what no ledger makes. */
export async function questionsAbout(ledger, key) {
  const real = asked('a passport of the ledger', await issuedBy(ledger, await grantForATime(ledger)), RIGHTS)
  return [
    real,
    asked('one for somebody else', real.text, null, { audience: ELSEWHERE }),
    asked('one of another ledger', real.text, null, { issuer: ELSEWHERE }),
    asked('an access token', ledger.token, null),
    asked('one whose user was changed', withUser(real.text, 'u_thief'), null),
    ...(await aboutTimes(key)),
    ...(await aboutOddOnes(key)),
  ]
}

/** Grants what ends and what begins within a passport, between two seconds. Returns from which versions on that is known. */
async function grantForATime(ledger) {
  const second = Math.floor(Date.now() / 1000) * 1000
  const at = (ms) => new Date(second + ms).toISOString()
  const grant = async (feature, terms) => {
    const { version: minCatalogVersion } = await api(ledger, 'PUT', `/v4/features/${feature}`, {
      type: 'boolean',
    })
    const of = `/v4/users/${USER}/entitlements`
    const { version: minVersion } = await api(ledger, 'POST', of, { feature, ...terms })
    return { minVersion, minCatalogVersion }
  }
  await grant('closing', { endsAt: at(400_500) })
  return grant('opening', { startsAt: at(300_500) })
}

/** The rule: listed, and `f` ≤ now < `u`. */
async function aboutTimes(key) {
  const now = Math.floor(Date.now() / 1000)
  const ent = {
    'export-4k': [{ f: now - 100, u: now + 500 }],
    'project-limit': [
      { v: 3, u: now - 1 },
      { v: 4, f: now - 1, u: now + 500 },
      { v: 5, f: now + 500 },
    ],
    // In the gap between two of them it is not there.
    tier: [
      { v: 'gold', u: now },
      { v: 'silver', f: now + 500 },
    ],
    closing: [{ u: now }],
    opening: [{ f: now + 500 }],
  }
  const over = claims({ iat: now - 700, exp: now - 100 })
  return [
    asked('intervals', await aPassport({ key, claims: claims({ ent }) }), {
      'export-4k': true,
      'project-limit': 4,
    }),
    asked('one that is over', await aPassport({ key, claims: over }), null),
  ]
}

/** None of what no ledger writes is to be taken, but for the signature that ECDSA has besides for every one. */
async function aboutOddOnes(key) {
  const odd = await oddPassports(key, claims())
  return odd.map(([name, text]) => asked(name, text, name === HIGH_S ? { 'export-4k': true } : null))
}

function claims(changes = {}) {
  const iat = Math.floor(Date.now() / 1000)
  return claimsWith({
    iss: ISSUER,
    aud: AUDIENCE,
    iat,
    exp: iat + 600,
    ent: { 'export-4k': [{}] },
    ...changes,
  })
}

function withUser(text, sub) {
  const [header, payload, signature] = text.split('.')
  const changed = { ...JSON.parse(new TextDecoder().decode(base64url.decode(payload))), sub }
  return [header, base64url.encode(JSON.stringify(changed)), signature].join('.')
}
