// What a service does that verifies passports with jose. It is run in the folder that jose was fetched into.
import { readFileSync } from 'node:fs'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const jwks = createRemoteJWKSet(new URL(process.env.JWKS_URL))

async function rightsOf({ text, issuer, audience }) {
  const options = { issuer, audience, typ: 'entitlements+jwt', algorithms: ['ES256'] }
  try {
    return (await jwtVerify(text, jwks, options)).payload.ent
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** What may be used now: a feature with its value, or `true`. */
function usableIn(rights, features) {
  const now = Date.now() / 1000
  const usable = features.flatMap((feature) => {
    const intervals = Object.hasOwn(rights, feature) ? rights[feature] : []
    const time = intervals.find(({ f = 0, u = Infinity }) => f <= now && now < u)
    return time === undefined ? [] : [[feature, time.v ?? true]]
  })
  return Object.fromEntries(usable)
}

const answers = []
for (const question of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const rights = await rightsOf(question)
  answers.push(rights && usableIn(rights, question.features))
}
console.log(JSON.stringify(answers))
